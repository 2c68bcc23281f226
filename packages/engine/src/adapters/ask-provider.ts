import { type Dispatcher, request } from 'undici';

/** One answer of a provider: its status and at most `bytesMax` of its body. */
export interface ProviderAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Asks a configured upstream once, within a total time and a bound on the body. Throws as undici does, or on a body that is too long. */
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
    headers: { 'accept-encoding': 'identity', ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
    ...(options.agent ? { dispatcher: options.agent } : {}),
    signal,
    headersTimeout: options.millisecondsMax,
    bodyTimeout: options.millisecondsMax,
  });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > options.bytesMax) {
      response.body.destroy();
      throw new Error(`the answer is longer than ${options.bytesMax} bytes`);
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
  return typeof code === 'string' ? `connection failed (${code})` : 'the answer broke off';
}
