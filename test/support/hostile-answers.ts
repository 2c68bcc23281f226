import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';

/** One byte now and then, for ever. */
export function drip(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  const interval = setInterval(() => response.write('a'), 100);
  response.once('close', () => clearInterval(interval));
}

/** A header line after the other, without an end. */
export function headerFlood(request: IncomingMessage): void {
  const { socket } = request;
  socket.write('HTTP/1.1 200 OK\r\n');
  socket.on('error', () => {});
  const line = `X-Flood: ${'x'.repeat(1_000)}\r\n`;
  const pump = () => {
    while (!socket.destroyed && socket.write(line)) {}
    if (!socket.destroyed) socket.once('drain', pump);
  };
  pump();
}

/** 300 MB of nothing in 300 kB. */
export function bomb(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' });
  const zip = createGzip();
  zip.pipe(response);
  response.on('error', () => zip.destroy());
  const megabyte = Buffer.alloc(1_000_000, 'a');
  let left = 300;
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!zip.write(megabyte)) {
        zip.once('drain', pump);
        return;
      }
    }
    zip.end();
  };
  pump();
}
