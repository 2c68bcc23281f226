import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LeadGenError } from '@leadgen/engine';
import { serverLimits } from './limits.ts';
import { legacyError } from './rest/legacy-json.ts';

/** A door: looks at the path, and answers or passes. */
export interface Door {
  matches(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, path: string, queryString: string): Promise<void> | void;
}

/** Dispatches by path to the first door that matches; whatever goes wrong before a door is reached is answered in JSON (E11). */
export function createHttpServer(doors: readonly Door[]): Server {
  const server = createServer(
    {
      maxHeaderSize: serverLimits.headerBytesMax,
      requestTimeout: serverLimits.requestMillisecondsMax,
      headersTimeout: serverLimits.headersMillisecondsMax,
      keepAliveTimeout: serverLimits.keepAliveMilliseconds,
      connectionsCheckingInterval: serverLimits.connectionCheckMilliseconds,
    },
    (request, response) => {
      const url = request.url ?? '/';
      const question = url.indexOf('?');
      const path = question < 0 ? url : url.slice(0, question);
      const queryString = question < 0 ? '' : url.slice(question + 1);
      const door = doors.find((each) => each.matches(path));
      if (!door) {
        sendJsonError(response, new LeadGenError('not_found'));
        return;
      }
      Promise.resolve(door.handle(request, response, path, queryString)).catch(() => {
        if (response.headersSent) response.destroy();
        else sendJsonError(response, new LeadGenError('internal_error'));
      });
    },
  );
  server.maxConnections = serverLimits.connectionsMax;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, body } = clientFault(error.code);
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  return server;
}

export function sendJsonError(response: ServerResponse, error: LeadGenError): void {
  const body = legacyError(error);
  response.writeHead(error.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'private, no-store',
    ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }),
  });
  response.end(body);
}

function clientFault(code: string | undefined): { status: string; body: string } {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: '431 Request Header Fields Too Large', body: legacyError(new LeadGenError('header_too_large')) };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: '408 Request Timeout', body: legacyError(new LeadGenError('request_timeout')) };
  return { status: '400 Bad Request', body: legacyError(new LeadGenError('bad_request')) };
}
