import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LeadGenError } from '@leadgen/engine';
import { serverLimits } from './limits.ts';
import { legacyError } from './rest/legacy-json.ts';

/** A door: looks at the path, and answers or passes. */
export interface Door {
  matches(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, path: string, queryString: string): Promise<void> | void;
  /** How long a body may take; by default `requestMillisecondsMax`. */
  bodyMillisecondsMax?: number;
}

/** Dispatches by path to the first door that matches; whatever goes wrong before a door is reached is answered in JSON (E11). */
export function createHttpServer(doors: readonly Door[]): Server {
  function dispatch(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers.host === undefined && request.httpVersion === '1.1') {
      sendJsonError(response, new LeadGenError('bad_request', 'The Host header is missing.'));
      return;
    }
    const url = withoutOrigin(request.url ?? '/');
    const question = url.indexOf('?');
    const path = question < 0 ? url : url.slice(0, question);
    const queryString = question < 0 ? '' : url.slice(question + 1);
    const door = doors.find((each) => each.matches(path));
    if (!door) {
      sendJsonError(response, new LeadGenError('not_found'));
      return;
    }
    boundBody(request, response, door.bodyMillisecondsMax ?? serverLimits.requestMillisecondsMax);
    Promise.resolve(door.handle(request, response, path, queryString)).catch(() => {
      if (response.headersSent) response.destroy();
      else sendJsonError(response, new LeadGenError('internal_error'));
    });
  }

  const server = createServer(
    {
      // Node's own reply to a missing host has no body; ours is JSON.
      requireHostHeader: false,
      maxHeaderSize: serverLimits.headerBytesMax,
      requestTimeout: serverLimits.longestRequestMillisecondsMax,
      headersTimeout: serverLimits.headersMillisecondsMax,
      keepAliveTimeout: serverLimits.keepAliveMilliseconds,
      connectionsCheckingInterval: serverLimits.connectionCheckMilliseconds,
    },
    dispatch,
  );
  // An expectation that is not known may be ignored (RFC 9110, 10.1.1); Node's own reply to it has no body.
  server.on('checkExpectation', dispatch);
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

/** A body that does not end in time ends its connection; most requests have none. */
function boundBody(request: IncomingMessage, response: ServerResponse, millisecondsMax: number): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (!response.headersSent) {
      response.once('finish', () => request.destroy());
      sendJsonError(response, new LeadGenError('request_timeout'));
    } else request.destroy();
  }, millisecondsMax);
  request.once('end', () => clearTimeout(timer));
  request.once('close', () => clearTimeout(timer));
}

/** A proxy may send the whole address; what follows the host counts. */
function withoutOrigin(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = /^https?:\/\/[^/?#]*(.*)$/is.exec(target)?.[1];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function clientFault(code: string | undefined): { status: string; body: string } {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: '431 Request Header Fields Too Large', body: legacyError(new LeadGenError('header_too_large')) };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: '408 Request Timeout', body: legacyError(new LeadGenError('request_timeout')) };
  const detail = code === 'HPE_INVALID_URL' ? 'The address holds a character that must be percent-encoded.' : undefined;
  return { status: '400 Bad Request', body: legacyError(new LeadGenError('bad_request', detail)) };
}
