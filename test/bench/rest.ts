import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

/**
 * Cached `search.php` against node:http that answers the same bytes: server CPU per request, rounds interleaved, median of the ratios. Then the time
 * of the gateway's own process to its first answer, on a new and on an existing embedded database, and its memory.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const rounds = 5;
const requestsPerRound = 6_000;
const path = '/api/v1/search.php?api_key=demo&user_id=1&query=marketing+agency+new+york&se=google';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const fresh = await startGateway(folder);
  console.log(`first answer, new database: ${fresh.milliseconds.toFixed(0)} ms (bar 5000)`);
  await stop(fresh.child);
  const gateway = await startGateway(folder);
  console.log(`first answer, existing database: ${gateway.milliseconds.toFixed(0)} ms (bar 2000)`);

  const answer = await (await fetch(`${gateway.url}${path}`)).text();
  const cached = await (await fetch(`${gateway.url}${path}`)).text();
  if (!cached.startsWith('{"status":"success","credits_used":0'))
    throw new Error(`not a cached answer: ${answer.slice(0, 80)}`);
  const bare = await startBare(cached);
  const ratios: number[] = [];
  for (let round = 0; round < rounds + 1; round += 1) {
    const limit = await cpuPerRequest(bare.child, bare.url, '/');
    const ours = await cpuPerRequest(gateway.child, gateway.url, path);
    // The first round warms both up.
    if (round === 0) continue;
    ratios.push(ours / limit);
    console.log(
      `round ${round}: bare ${limit.toFixed(1)} µs, gateway ${ours.toFixed(1)} µs of CPU a request, ratio ${(ours / limit).toFixed(2)}`,
    );
  }
  ratios.sort((left, right) => left - right);
  console.log(
    `cached search.php vs bare node:http: median ${ratios[Math.floor(ratios.length / 2)]!.toFixed(2)} (bar 1.6)`,
  );
  console.log(`RSS of the gateway on PGlite: ${memory(gateway.child).toFixed(0)} MB`);
  await Promise.all([stop(gateway.child), stop(bare.child)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function startGateway(dataDir: string): Promise<{ child: ChildProcess; url: string; milliseconds: number }> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'packages/graphql-gateway/start.mjs')], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', LEADGEN_DATA_DIR: dataDir, PORT: String(port) },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const isUp = await fetch(`${url}${path}`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return { child, url, milliseconds: performance.now() - started };
    if (child.exitCode !== null) throw new Error('the gateway ended');
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function startBare(body: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    [join(root, 'test/bench/bare-server.mjs'), Buffer.from(body).toString('base64')],
    {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, url: `http://127.0.0.1:${line.toString().trim()}` };
}

async function cpuPerRequest(child: ChildProcess, url: string, requestPath: string): Promise<number> {
  const pool = new Pool(url, { connections: 16 });
  const before = cpuMicroseconds(child);
  let left = requestsPerRound;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (left > 0) {
        left -= 1;
        const { body, statusCode } = await pool.request({ path: requestPath, method: 'GET' });
        await body.dump();
        if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      }
    }),
  );
  const used = cpuMicroseconds(child) - before;
  await pool.close();
  return used / requestsPerRound;
}

/** User and system time; a tick of Linux is 10 ms. */
function cpuMicroseconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function memory({ pid }: ChildProcess): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 2 ** 20;
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
