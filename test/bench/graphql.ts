import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { startSlowUpstreams } from './slow-upstreams.ts';

/**
 * The graph against its bars: a cached search by GET and POST against a bare Yoga server that resolves the same object (server CPU per request,
 * rounds interleaved, median of the ratios), a page of 20 places with reviews and crawls all cached (server CPU), and the same cold, with
 * upstreams of 100 ms (time against the longest chain of its own requests).
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const rounds = 5;
const requestsPerRound = 3_000;
/** `--latency=500`: what is left of the ratio is waiting, not the CPU of a busy machine. */
const latency = Number(process.argv.find((each) => each.startsWith('--latency='))?.slice(10) ?? 100);

const search =
  'query ($q: String) { leadSearch(query: $q) { resultsCount results { title link emails phones } credits { used cached } } }';
const joined =
  'query ($k: String) { placesSearch(keyword: $k) { results { name placeReviews { reviews { rating text } } websiteCrawl { emails contacts { kind value evidence { pageUrl } } } } credits { used } } }';

interface Question {
  method: 'GET' | 'POST';
  query: string;
  variables: object;
}

interface Server {
  child: ChildProcess;
  url: string;
}

const upstreams = await startSlowUpstreams({ latency });
const gateway = await startGateway(upstreams);
try {
  if (!process.argv.includes('--joins')) await compareSearch();
  await measureJoins();
} finally {
  await stop(gateway.child);
  await upstreams.close();
}

async function compareSearch(): Promise<void> {
  const sandbox = await startGateway(null);
  const q = 'marketing agency new york';
  const question = { method: 'POST', query: search, variables: { q } } as const;
  await ask(sandbox.url, question);
  const { data } = JSON.parse(await ask(sandbox.url, question)) as { data: { leadSearch: { credits: object } } };
  if (JSON.stringify(data.leadSearch.credits) !== '{"used":0,"cached":true}') throw new Error('not a cached answer');
  const bare = await startBare(JSON.stringify(data.leadSearch));
  for (const method of ['GET', 'POST'] as const) {
    const ratios: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1) {
      const limit = await cpuPerRequest(bare, { ...question, method }, requestsPerRound);
      const ours = await cpuPerRequest(sandbox, { ...question, method }, requestsPerRound);
      // The first round warms both up.
      if (round > 0) ratios.push(ours / limit);
      console.log(
        `${method} round ${round}: bare ${limit.toFixed(0)} µs, gateway ${ours.toFixed(0)} µs of CPU a request`,
      );
    }
    ratios.sort((left, right) => left - right);
    console.log(
      `cached search by ${method} vs bare Yoga: median ${ratios[Math.floor(ratios.length / 2)]!.toFixed(2)} (bar 1.3)`,
    );
  }
  await Promise.all([stop(sandbox.child), stop(bare.child)]);
}

async function measureJoins(): Promise<void> {
  const cold: number[] = [];
  for (let run = 0; run < 4; run += 1) {
    upstreams.forget();
    const before = cpuMicroseconds(gateway.child);
    const started = performance.now();
    const answer = JSON.parse(
      await ask(gateway.url, { method: 'POST', query: joined, variables: { k: `cold ${run}` } }),
    );
    const milliseconds = performance.now() - started;
    const rows = answer.data.placesSearch.results as { websiteCrawl: { contacts: object[] } | null }[];
    if (rows.length !== 20 || rows.some((row) => !row.websiteCrawl?.contacts.length))
      throw new Error(JSON.stringify(answer));
    const chain = upstreams.longestChain();
    // The first run warms it up.
    if (run > 0) cold.push(milliseconds / (chain * latency));
    const cpu = (cpuMicroseconds(gateway.child) - before) / 1_000;
    console.log(
      `cold ${run}: ${milliseconds.toFixed(0)} ms (${cpu} ms of CPU), its longest chain ${chain} requests of ${latency} ms`,
    );
  }
  cold.sort((left, right) => left - right);
  console.log(`20 places with reviews and crawls, cold: median ${cold[1]!.toFixed(2)} of the longest chain (bar 1.2)`);
  const cached = { method: 'POST', query: joined, variables: { k: 'cold 1' } } as const;
  await cpuPerRequest(gateway, cached, 30, 4);
  const cpu = await cpuPerRequest(gateway, cached, 60, 4);
  console.log(`the same, cached: ${(cpu / 1_000).toFixed(1)} ms of CPU (bar 20)`);
}

async function ask(url: string, question: Question): Promise<string> {
  const pool = new Pool(url, { connections: 1 });
  const { body } = await pool.request(requestOf(question));
  const text = await body.text();
  await pool.close();
  return text;
}

function requestOf({ method, query, variables }: Question): Parameters<Pool['request']>[0] {
  const headers = { authorization: 'Bearer demo', 'x-user-id': '1', accept: 'application/json' };
  if (method === 'GET') {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    return { method, path: `/graphql?${parameters}`, headers };
  }
  const body = JSON.stringify({ query, variables });
  return { method, path: '/graphql', headers: { ...headers, 'content-type': 'application/json' }, body };
}

async function cpuPerRequest(server: Server, question: Question, count: number, connections = 16): Promise<number> {
  const pool = new Pool(server.url, { connections });
  const request = requestOf(question);
  const before = cpuMicroseconds(server.child);
  let left = count;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        const { body, statusCode } = await pool.request(request);
        await body.dump();
        if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      }
    }),
  );
  const used = cpuMicroseconds(server.child) - before;
  await pool.close();
  return used / count;
}

/** In the sandbox, or with upstreams of its own and an account that has the demo key. */
async function startGateway(own: { url: string; port: number } | null): Promise<Server> {
  const port = await freePort();
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    LEADGEN_DATA_DIR: 'memory',
    PORT: String(port),
    ...(own
      ? {
          GOOGLE_PLACES_KEY: 'key',
          GOOGLE_PLACES_URL: own.url,
          LEADGEN_CRAWL_ALLOW: '127.0.0.0/8',
          LEADGEN_ADMIN_TOKEN: 'admin-token-of-the-bench',
          // An empty one, where the joins shall be measured on PostgreSQL.
          ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
        }
      : {}),
  };
  const child = spawn(process.execPath, [join(root, 'packages/graphql-gateway/start.mjs')], { env, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const isUp = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null) throw new Error('the gateway ended');
    await new Promise((done) => setTimeout(done, 50));
  }
  if (own) {
    const made = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer admin-token-of-the-bench' },
      body: JSON.stringify({
        query: 'mutation { createAccount(userId: 1, credits: 1000000, apiKey: "demo") { userId } }',
      }),
    });
    const { errors } = (await made.json()) as { errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
  }
  return { child, url };
}

async function startBare(answer: string): Promise<Server> {
  const child = spawn(
    process.execPath,
    [join(root, 'test/bench/bare-yoga.mjs'), Buffer.from(answer).toString('base64')],
    {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: `http://127.0.0.1:${line.toString().trim()}` };
}

/** User and system time; a tick of Linux is 10 ms. */
function cpuMicroseconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
