import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { type Dispatcher, request } from 'undici';

/** One answer of a provider: its status and its decompressed body. */
export interface ProviderAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Asks a configured upstream once, within a total time and a bound on the decompressed body. Throws as undici and zlib do, or on a body that is too long. */
export async function askProvider(
  url: string,
  options: {
    method?: 'GET' | 'POST';
    headers?: Record<string, string>;
    body?: string;
    millisecondsMax: number;
    bytesMax: number;
    signal: AbortSignal;
    agent?: Dispatcher;
  },
): Promise<ProviderAnswer> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.millisecondsMax)]);
  const response = await request(url, {
    method: options.method ?? 'GET',
    headers: { 'accept-encoding': 'gzip, br', ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.agent ? { dispatcher: options.agent } : {}),
    signal,
    headersTimeout: options.millisecondsMax,
    bodyTimeout: options.millisecondsMax,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of decompressed(response.body, String(response.headers['content-encoding'] ?? ''))) {
    length += chunk.length;
    if (length > options.bytesMax) {
      throw Object.assign(new Error(`the answer is longer than ${options.bytesMax} bytes`), { code: tooLong });
    }
    chunks.push(chunk);
  }
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks, length) };
}

/** Why an upstream gave no answer, without its address, which may hold a key. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  if (error.name === 'TimeoutError' || /TIMEOUT/i.test(String((error as { code?: unknown }).code)))
    return 'no answer in time';
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return 'the answer broke off';
  if (code === tooLong) return 'its answer is too long';
  return /^(?:Z_|ERR_)/.test(code) ? 'its answer is garbled' : `connection failed (${code})`;
}

const tooLong = 'BODY_TOO_LONG';

/** Leaving the loop over the outer stream destroys the inner one, and the inner one's fault ends the outer one. */
function decompressed(body: Readable, encoding: string): AsyncIterable<Buffer> {
  const decoder = decoderOf(encoding.trim().toLowerCase());
  return decoder ? pipeline(body, decoder, () => {}) : body;
}

function decoderOf(encoding: string) {
  switch (encoding) {
    case '':
    case 'identity':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    case 'deflate':
      return createInflate();
    case 'zstd':
      return createZstdDecompress();
    default:
      throw Object.assign(new Error('unknown content encoding'), { code: 'ERR_ENCODING' });
  }
}
