import { Readable } from 'node:stream';
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { netLimits } from './limits.ts';
import { PageFetchError } from './page-fetch-error.ts';

interface DecodeOptions {
  encoding: string;
  bytesMax: number;
  signal: AbortSignal;
}

interface DecodedBody {
  bytes: Uint8Array;
  truncated: boolean;
}

/**
 * Reads a body to at most `bytesMax` decompressed bytes; what lies beyond is not read, and `truncated` says so. A compression that ends too
 * early gives what was readable before, or fails where that is nothing.
 */
export async function decodeBody(body: Readable, options: DecodeOptions): Promise<DecodedBody> {
  const steps = options.encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => !noEncodings.has(each));
  if (steps.length > encodingsMax) throw new PageFetchError('protocol', 'too many content encodings');
  try {
    if (steps.length !== 1) return await decodeStream(body, steps, options);
    return await decodeSmall(body, steps[0]!, options);
  } finally {
    body.destroy();
  }
}

const encodingsMax = 2;
/** `identity`, and what servers write who mean it. */
const noEncodings: ReadonlySet<string> = new Set(['', 'identity', 'none', 'utf-8', 'utf8', '8bit', 'binary']);

/** Nearly all bodies are small: decompressed at once they need no stream, which costs more than the work itself. */
async function decodeSmall(body: Readable, step: string, options: DecodeOptions): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  const rest = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  while (length <= netLimits.decodeAtOnceBytesMax) {
    const { done, value } = await rest.next();
    if (!done) {
      chunks.push(value);
      length += value.length;
      continue;
    }
    const bytes = decodeAtOnce(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length), step, options);
    if (bytes) return { bytes, truncated: false };
    return decodeStream(Readable.from(chunks, { objectMode: false }), [step], options);
  }
  return decodeStream(Readable.from(joined(chunks, rest), { objectMode: false }), [step], options);
}

async function* joined(chunks: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Null for what is too large or not well-formed: the stream gives the part that can be had. */
function decodeAtOnce(compressed: Buffer, step: string, { bytesMax }: DecodeOptions): Uint8Array | null {
  const decode = decoderOf(step, compressed);
  if (compressed.length === 0) return compressed;
  try {
    return decode.atOnce(compressed, { maxOutputLength: bytesMax, chunkSize: 64 * 1024 });
  } catch {
    return null;
  }
}

async function decodeStream(body: Readable, steps: string[], options: DecodeOptions): Promise<DecodedBody> {
  const { bytesMax, signal } = options;
  let stream: Readable = body;
  let isBrokenOff = false;
  body.once('error', () => {
    isBrokenOff = true;
  });
  for (const step of [...steps].reverse()) {
    // Which of the two kinds of deflate it is, its first bytes say.
    const first: Buffer[] = [];
    if (step === 'deflate') {
      const rest = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      const { done, value } = await rest.next();
      if (!done) first.push(value);
      stream = Readable.from(joined(first, rest), { objectMode: false });
    }
    const decoder = decoderOf(step, first[0]).stream();
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

interface Decoder {
  atOnce: (bytes: Buffer, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array;
  stream: () => NodeJS.ReadWriteStream & Readable;
}

const gzip: Decoder = { atOnce: gunzipSync, stream: createGunzip };
const zlib: Decoder = { atOnce: inflateSync, stream: createInflate };
const rawDeflate: Decoder = { atOnce: inflateRawSync, stream: createInflateRaw };
const decoders: ReadonlyMap<string, Decoder> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', zlib],
  ['br', { atOnce: brotliDecompressSync, stream: createBrotliDecompress }],
  ['zstd', { atOnce: zstdDecompressSync, stream: createZstdDecompress }],
]);

/** `deflate` means a zlib stream (RFC 9110), and a raw one to many servers; browsers take both. */
function decoderOf(step: string, first: Buffer | undefined): Decoder {
  const decoder = decoders.get(step);
  if (!decoder) throw new PageFetchError('protocol', 'unknown content encoding');
  return decoder === zlib && first && first.length > 1 && !hasZlibHeader(first) ? rawDeflate : decoder;
}

/** RFC 1950: method 8, and the two bytes as one number are a multiple of 31. */
function hasZlibHeader(bytes: Buffer): boolean {
  return (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}
