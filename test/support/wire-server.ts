import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WireRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

/** `hang`: no answer at all; `break`: the connection ends in the middle of the body. */
export type WireReply =
  | 'hang'
  | 'break'
  | { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

export interface WireServer {
  url: string;
  /** What was asked, in order. */
  asked: WireRequest[];
  /** What it answers from now on. */
  answer: (request: WireRequest) => WireReply;
  close(): Promise<void>;
}

/** A loopback server whose answers the test sets: an upstream as it is on the wire, with its faults. */
export async function startWireServer(): Promise<WireServer> {
  const state: Pick<WireServer, 'asked' | 'answer'> = { asked: [], answer: () => ({ status: 404 }) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked: WireRequest = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', 'http://wire.invalid'),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      state.asked.push(asked);
      const reply = state.answer(asked);
      if (reply === 'hang') return;
      if (reply === 'break') {
        response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
        response.write('<!doctype html>', () => response.destroy());
        return;
      }
      response.writeHead(reply.status ?? 200, reply.headers ?? {});
      response.end(reply.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** A loopback address where nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = await startWireServer();
  await server.close();
  return server.url;
}

export const json = (value: unknown, status = 200): WireReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(value),
});

export const html = (body: string | Uint8Array, headers: Record<string, string> = {}): WireReply => ({
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body,
});
