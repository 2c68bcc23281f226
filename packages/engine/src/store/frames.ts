import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { storeLimits } from './limits.ts';

/**
 * Messages over a local socket: four bytes of length, then a value as V8 serialises it (dates, bytes and bigints included).
 * Throws for a longer one than the other side would take.
 */
export function sendFrame(socket: Socket, message: unknown): void {
  const body = serialize(message);
  if (body.length > storeLimits.frameBytesMax) throw new RangeError('the message is too long for one frame');
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  socket.write(Buffer.concat([head, body]));
}

/** Calls `receive` for each whole message; a longer one than allowed, or nonsense, ends the connection. */
export function readFrames<Message>(socket: Socket, receive: (message: Message) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    // The head tells how much must be there; joining at every chunk would copy a large message again and again.
    while (size >= 4) {
      if (chunks[0]!.length < 4) chunks = [Buffer.concat(chunks)];
      const length = chunks[0]!.readUInt32BE(0);
      if (length > storeLimits.frameBytesMax) return socket.destroy();
      if (size < 4 + length) return;
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks = [all.subarray(4 + length)];
      size = all.length - 4 - length;
      let message: Message;
      try {
        message = deserialize(all.subarray(4, 4 + length)) as Message;
      } catch {
        return socket.destroy();
      }
      receive(message);
    }
  });
}
