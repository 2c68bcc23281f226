import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server between n8n and the gateway: it counts, measures, loses answers, and plays faults that a gateway seldom has. */
export interface Wire {
  url: string;
  /** Calls that came in since the last `reset`; of one that is no GraphQL `query` is its method and path, `variables` its body. */
  calls(): { query: string; variables: Record<string, unknown>; idempotencyKey: string | null }[];
  /** Milliseconds that the gateway took for them. */
  gatewayMilliseconds(): number;
  reset(): void;
  /** The ads that a question for `watched ads` is answered with. */
  ads: Record<string, unknown>[];
  /** The contacts that a crawl of `watched.example` finds. */
  contacts: { kind: string; value: string }[];
  /** The next answer of `results.jsonl` ends after so many bytes; null: none does. */
  breakResultsAfterBytes: number | null;
  stop(): Promise<void>;
}

interface Question {
  query: string;
  variables: Record<string, unknown>;
}

const refusal = (code: string, message: string, more: object = {}) => ({
  data: { answer: null },
  errors: [{ message, path: ['answer'], extensions: { code, ...more } }],
});

/** What a question for `fault NAME` is answered with, as the gateway writes it. */
export const faults: Record<
  string,
  { status: number; headers?: Record<string, string>; body: object | string; says: string; http: number }
> = {
  '400': {
    status: 200,
    body: refusal('invalid_param', 'Played: a bad value.'),
    says: 'Played: a bad value.',
    http: 400,
  },
  '401': {
    status: 401,
    body: { errors: [{ message: 'Played: a bad key.', extensions: { code: 'invalid_api_key' } }] },
    says: 'Played: a bad key.',
    http: 401,
  },
  '402': {
    status: 200,
    body: refusal('insufficient_credits', 'Played: no credits.'),
    says: 'Played: no credits.',
    http: 402,
  },
  '404': { status: 200, body: refusal('not_cached', 'Played: not cached.'), says: 'Played: not cached.', http: 404 },
  '429': {
    status: 429,
    headers: { 'retry-after': '1' },
    body: { errors: [{ message: 'Played: too fast.', extensions: { code: 'rate_limited', retryAfterSeconds: 1 } }] },
    says: 'Played: too fast.',
    http: 429,
  },
  '500': { status: 200, body: refusal('internal_error', 'Played: broken.'), says: 'Played: broken.', http: 500 },
  html: {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Welcome</title>',
    says: 'The base URL does not answer like a LeadGen gateway: HTTP 200, text/html.',
    http: 502,
  },
  timeout: { status: 0, body: '', says: 'The gateway did not answer within 1 seconds.', http: 504 },
};

export async function startWire(gatewayUrl: string): Promise<Wire> {
  let calls: ReturnType<Wire['calls']> = [];
  let milliseconds = 0;
  const lost = new Set<string>();
  const paced = new Set<string>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const question = questionOf(request, body);
    const key = (request.headers['idempotency-key'] as string | undefined) ?? null;
    calls.push({ ...question, idempotencyKey: key });
    const { variables = {} } = question;
    const [first] = (variables.inputs ?? []) as Question['variables'][];
    const text = String(variables.query ?? variables.domain ?? first?.domain ?? '');
    const name = /^fault (\w+)/.exec(text)?.[1];
    if (name === 'timeout') return;
    if (name !== undefined && faults[name]) return play(response, faults[name]);
    if (text === 'watched ads') return send(response, { data: { answer: adAnswer(wire.ads) } });
    if (text === 'watched.example') return send(response, { data: { answer: crawlAnswer(wire.contacts) } });
    if (text.startsWith('hurried ') && !paced.has(text)) {
      paced.add(text);
      return play(response, faults['429']!);
    }
    const started = performance.now();
    const reply = await fetch(`${gatewayUrl}${request.url}`, {
      method: request.method ?? 'POST',
      headers: Object.fromEntries(
        ['authorization', 'x-user-id', 'content-type', 'idempotency-key'].flatMap((header) =>
          typeof request.headers[header] === 'string' ? [[header, request.headers[header] as string]] : [],
        ),
      ),
      ...(body === '' ? {} : { body }),
    });
    const told = await reply.text();
    milliseconds += performance.now() - started;
    // The gateway has answered and charged; nobody hears of it.
    if (text.startsWith('lossy ') && key !== null && !lost.has(key)) {
      lost.add(key);
      response.socket?.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? '' });
    if (wire.breakResultsAfterBytes !== null && request.url?.endsWith('/results.jsonl')) {
      response.write(told.slice(0, wire.breakResultsAfterBytes), () => response.socket?.destroy());
      wire.breakResultsAfterBytes = null;
      return;
    }
    response.end(told);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    gatewayMilliseconds: () => milliseconds,
    reset() {
      calls = [];
      milliseconds = 0;
    },
    ads: [],
    contacts: [],
    breakResultsAfterBytes: null,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;
}

function play(response: ServerResponse, { status, headers = {}, body }: (typeof faults)[string]): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const bill = {
  credits: { used: 0, remaining: 1, cached: false, charges: [] },
  coverage: { provider: 'test', status: 'OK', pagesTried: 1, notes: [] },
};
const adAnswer = (ads: object[]) => ({ resultsCount: ads.length, results: ads, ...bill });
const crawlAnswer = (contacts: object[]) => ({ domain: 'https://watched.example', contacts, ...bill });

function questionOf({ url, method }: IncomingMessage, body: string): Question {
  if (url === '/graphql') return JSON.parse(body) as Question;
  return { query: `${method} ${url}`, variables: body === '' ? {} : JSON.parse(body) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
