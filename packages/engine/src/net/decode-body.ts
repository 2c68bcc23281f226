import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { PageFetchError } from './page-fetch-error.ts';

/**
 * Reads a body to at most `bytesMax` decompressed bytes; what lies beyond is not read, and `truncated` says so. A compression that ends too
 * early gives what was readable before, or fails where that is nothing.
 */
export async function decodeBody(
  body: Readable,
  { encoding, bytesMax, signal }: { encoding: string; bytesMax: number; signal: AbortSignal },
): Promise<{ bytes: Uint8Array; truncated: boolean }> {
  const steps = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
  if (steps.length > encodingsMax) throw new PageFetchError('protocol', 'too many content encodings');
  let stream: Readable = body;
  let isBrokenOff = false;
  body.once('error', () => {
    isBrokenOff = true;
  });
  for (const step of steps.reverse()) {
    const decoder = decoderOf(step);
    if (!decoder) throw new PageFetchError('protocol', `unknown content encoding`);
    // Errors of the inner stream must end the outer one, or its reader would wait for ever.
    stream.on('error', (error) => decoder.destroy(error));
    stream = stream.pipe(decoder);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  let truncated = false;
  const onAbort = () => stream.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const room = bytesMax - length;
      if (chunk.length > room) {
        chunks.push(chunk.subarray(0, room));
        length += room;
        truncated = true;
        break;
      }
      chunks.push(chunk);
      length += chunk.length;
    }
  } catch (error) {
    // A bad end of the compression is common and harmless; a connection that breaks off is a failed fetch, compressed or not.
    if (signal.aborted || isBrokenOff || length === 0 || steps.length === 0) throw error;
    truncated = true;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stream.destroy();
    body.destroy();
  }
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length), truncated };
}

const encodingsMax = 2;

function decoderOf(encoding: string) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress();
    default:
      return null;
  }
}
