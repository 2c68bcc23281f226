import { connect } from 'node:net';

/** Sends bytes as they are and answers all that came back until the peer closed, or nothing more came for a while. */
export function rawRequest(
  port: number,
  bytes: string | Buffer,
  { idleMilliseconds = 2_000, end = false }: { idleMilliseconds?: number; end?: boolean } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const finish = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    socket.setTimeout(idleMilliseconds, finish);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? finish() : reject(error)));
    socket.write(bytes);
    if (end) socket.end();
  });
}
