import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { createPgBossQueue } from '../../packages/engine/src/adapters/pg-boss-queue.ts';
import { createBatchDraft } from '../../packages/engine/src/batches/batch-draft.ts';
import { parseCrawlAllow } from '../../packages/engine/src/net/crawl-allow.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { type CommandEnvironment, runLeadgen, startLeadgen } from '../support/run-leadgen.ts';
import { startChild } from '../support/start-child.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const localNames = fileURLToPath(new URL('../support/children/local-names.mjs', import.meta.url));
const bareCrawls = fileURLToPath(new URL('../support/children/bare-crawls.ts', import.meta.url));
/** What `leadgen worker` runs at once by default. */
const itemsAtOnce = 16;

export interface DomainsRun {
  /** From the first answer to the last: a worker's start is not what is compared. */
  seconds: number;
  done: number;
  failed: number;
  creditsUsed: number;
  kills: number;
  violations: number;
  /** Entries of usage in the ledger, and how many different items they are for. */
  payments: { entries: number; items: number };
}

/** The sites' server, for a run with and one without the batches. */
export async function startSites(pages: number): Promise<{ port: number; close(): Promise<void> }> {
  const sites = await startChild('scale-sites.ts', String(pages));
  return { port: Number(sites.line), close: () => sites.kill() };
}

/** The same crawls in as many processes, without anything around them. */
export async function crawlBare({
  port,
  domains,
  workers,
}: {
  port: number;
  domains: number;
  workers: number;
}): Promise<number> {
  const start = performance.now();
  const share = Math.ceil(domains / workers);
  const found = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const range = [index * share, Math.min(domains, (index + 1) * share)];
      const args = ['--import', localNames, bareCrawls, port, ...range, itemsAtOnce].map(String);
      const { stdout } = await promisify(execFile)(process.execPath, args);
      return Number(stdout);
    }),
  );
  const total = found.reduce((sum, each) => sum + each, 0);
  if (total !== domains) throw new Error(`the bare loop found ${total} of ${domains}`);
  return (performance.now() - start) / 1_000;
}

/** One batch of so many domains through so many `leadgen worker` processes on an empty PostgreSQL database; a random one of them dies every `killEverySeconds`. */
export async function crawlByBatch({
  databaseUrl,
  port,
  domains,
  workers,
  killEverySeconds = null,
  killWhenDone = [],
}: {
  databaseUrl: string;
  port: number;
  domains: number;
  workers: number;
  killEverySeconds?: number | null;
  /** Or each time when so many inputs are answered. */
  killWhenDone?: number[];
}): Promise<DomainsRun> {
  const environment: CommandEnvironment = {
    DATABASE_URL: databaseUrl,
    SERP_PROVIDER: 'direct',
    LEADGEN_CRAWL_ALLOW: `127.0.0.1:${port}`,
    NODE_OPTIONS: `--import ${localNames} ${process.env.LEADGEN_TEST_NODE_OPTIONS ?? ''}`,
    LEADGEN_LOG_LEVEL: 'error',
  };
  const command = async (...args: string[]) => {
    const result = await runLeadgen(environment, args);
    if (result.code !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
    return result;
  };
  await command('account', 'create', '--user-id', '1', '--credits', String(domains * 20), '--json');
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=leadgen' });
  await client.connect();
  const id = await submitDomains(databaseUrl, { port, domains });
  const running = new Map<number, ReturnType<typeof startLeadgen>>();
  const start = () => {
    const worker = startLeadgen(environment, ['worker']);
    running.set(worker.pid, worker);
  };
  for (let count = 0; count < workers; count += 1) start();
  let kills = 0;
  let begun = 0;
  let lastKill = 0;
  for (;;) {
    await sleep(50);
    const { rows } = await client.query('select done, failed, finished_at from batches where id = $1', [id]);
    const now = performance.now();
    if (begun === 0 && rows[0].done > 0) lastKill = begun = now;
    if (rows[0].finished_at !== null) break;
    const isTime = killEverySeconds !== null && begun > 0 && now - lastKill > killEverySeconds * 1_000;
    if (isTime || rows[0].done >= (killWhenDone[kills] ?? Number.POSITIVE_INFINITY)) {
      const victims = [...running.values()];
      const victim = victims[Math.floor(Math.random() * victims.length)]!;
      running.delete(victim.pid);
      victim.signal('SIGKILL');
      start();
      kills += 1;
      lastKill = now;
    }
  }
  const seconds = (performance.now() - begun) / 1_000;
  for (const worker of running.values()) worker.signal('SIGTERM');
  await Promise.all([...running.values()].map(({ ended }) => ended));
  const batch = await client.query('select done, failed, credits_used::int from batches where id = $1', [id]);
  const paid = await client.query(
    "select count(*)::int as entries, count(distinct request_id)::int as items from ledger where kind = 'usage'",
  );
  await client.end();
  const doctor = await runLeadgen(environment, ['doctor', '--json']);
  return {
    seconds,
    done: batch.rows[0].done,
    failed: batch.rows[0].failed,
    creditsUsed: batch.rows[0].credits_used,
    kills,
    violations: doctor.json().ledger.violations,
    payments: paid.rows[0],
  };
}

async function submitDomains(
  databaseUrl: string,
  { port, domains }: { port: number; domains: number },
): Promise<string> {
  const { log } = createTestLog();
  const store = await openStore({ databaseUrl, schema: 'leadgen', log });
  const jobs = createPgBossQueue({ sql: store, schema: 'leadgen_jobs', embedded: false, log });
  const clock = createTestClock();
  const account = { id: 1, keyId: null, operations: null, balance: 0, held: 0, approveAbove: 0 };
  const draft = createBatchDraft(
    { store, jobs, clock, crawlAllow: parseCrawlAllow(''), newId: randomUUID },
    { account },
  );
  await draft.add(Array.from({ length: domains }, (_, index) => ({ domain: `http://scale${index}.org:${port}` })));
  const { id } = await draft.submit({ operation: 'websiteCrawl' });
  await jobs.close();
  await store.close();
  return id;
}
