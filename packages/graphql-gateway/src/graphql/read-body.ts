import type { IncomingMessage } from 'node:http';

/** The body of a request as text; null where it is longer than `bytesMax`, with the rest unread. Throws where the client goes away. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytesMax) return null;
    chunks.push(chunk);
  }
  return (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)).toString('utf8');
}
