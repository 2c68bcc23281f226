import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { numberedRows } from '../support/engine-pages.ts';
import { startTopology } from '../support/start-topology.ts';
import { createTestLog } from '../support/test-log.ts';
import { startUpstreamDesk } from '../support/upstream-desk.ts';

export interface Trace {
  samples: number;
  /** Sessions of gateways that were seen waiting for a lock of another, over all samples. */
  lockWaits: number;
  longestLockWaitMilliseconds: number;
  /** Sessions between two statements of a transaction. */
  idleInTransaction: number;
  /** The oldest transaction that was seen: locks last as long. */
  longestTransactionMilliseconds: number;
  /** Sessions seen, by what they waited for; `running` is none. */
  waits: Record<string, number>;
}

export interface GatewayRun {
  gateways: number;
  /** Upstream calls that 400 equal requests for five keys made. */
  equalUpstreamCalls: number;
  equalAnswered: number;
  /** Distinct calls, all of them at the upstream at once. */
  slowCalls: number;
  slowMilliseconds: number;
  upstreamMilliseconds: number;
  upstreamAtOnceMax: number;
  trace: Trace;
  /** Calls a second whose upstream answers at once: each is held, kept, settled. */
  paidPerSecond: number;
  cachedPerSecond: number;
  violations: number;
}

/** So many gateways as processes on one PostgreSQL, asked directly, in turns. */
export async function runGateways({
  databaseUrl,
  gateways,
  accounts = 40,
  upstreamMilliseconds = 2_000,
  throughputCalls = 0,
}: {
  databaseUrl: string;
  gateways: number;
  /** Each has five calls at the upstream at once. */
  accounts?: number;
  upstreamMilliseconds?: number;
  throughputCalls?: number;
}): Promise<GatewayRun> {
  const store = await openStore({ databaseUrl, schema: 'leadgen', log: createTestLog().log });
  await migrate(store);
  for (let userId = 1; userId <= accounts; userId += 1)
    await createAccount(store, { userId, credits: 1_000_000, apiKey: `key-of-${userId}`, now: new Date() });
  const desk = await startUpstreamDesk();
  let atOnce = 0;
  let atOnceMax = 0;
  let upstreamCalls = 0;
  const slowly = (query: string, milliseconds: number) =>
    desk.searches.set(query, async () => {
      upstreamCalls += 1;
      atOnce += 1;
      atOnceMax = Math.max(atOnceMax, atOnce);
      await sleep(milliseconds);
      atOnce -= 1;
      return { results: numberedRows(10), hasNextPage: true };
    });
  const topology = await startTopology({
    databaseUrl,
    gateways,
    workers: 0,
    environment: { SCRAPERAPI_KEY: 'a-key-of-the-wire', SCRAPERAPI_URL: desk.url },
  });
  let turn = 0;
  const search = async (userId: number, query: string) => {
    turn += 1;
    const { url } = topology.gateways[turn % gateways]!;
    const parameters = new URLSearchParams({ api_key: `key-of-${userId}`, user_id: String(userId), query });
    const response = await fetch(`${url}/api/v1/search.php?${parameters}`);
    const { status } = (await response.json()) as { status: string };
    return status === 'success';
  };
  const successes = async (calls: Promise<boolean>[]) => (await Promise.all(calls)).filter(Boolean).length;

  try {
    // Compiled, connected, prepared.
    await successes(Array.from({ length: gateways * 10 }, (_, call) => search(1, `warm ${call}`)));

    for (let key = 0; key < 5; key += 1) slowly(`equal ${key}`, 500);
    upstreamCalls = 0;
    const equalAnswered = await successes(Array.from({ length: 400 }, (_, call) => search(1, `equal ${call % 5}`)));
    const equalUpstreamCalls = upstreamCalls;

    const slowCalls = accounts * 5;
    for (let call = 0; call < slowCalls; call += 1) slowly(`slow ${call}`, upstreamMilliseconds);
    atOnceMax = 0;
    const tracing = startTrace(databaseUrl);
    const began = performance.now();
    const answered = await successes(
      Array.from({ length: slowCalls }, (_, call) => search(1 + (call % accounts), `slow ${call}`)),
    );
    const slowMilliseconds = performance.now() - began;
    const trace = await tracing.stop();
    if (answered !== slowCalls) throw new Error(`${slowCalls - answered} of ${slowCalls} slow calls failed`);

    const perSecond = async (total: number, queryOf: (call: number) => string) => {
      if (total === 0) return 0;
      const start = performance.now();
      let next = 0;
      const lane = async (userId: number) => {
        while (next < total) {
          next += 1;
          await search(userId, queryOf(next));
        }
      };
      await Promise.all(Array.from({ length: Math.min(accounts, 30) }, (_, index) => lane(index + 1)));
      return (total / (performance.now() - start)) * 1_000;
    };
    return {
      gateways,
      equalUpstreamCalls,
      equalAnswered,
      slowCalls,
      slowMilliseconds,
      upstreamMilliseconds,
      upstreamAtOnceMax: atOnceMax,
      trace,
      paidPerSecond: await perSecond(throughputCalls, (call) => `paid ${call}`),
      cachedPerSecond: await perSecond(throughputCalls * 2, (call) => `equal ${call % 5}`),
      violations: (await ledgerViolations(store)).length,
    };
  } finally {
    await topology.stop();
    await desk.close();
    await store.close();
  }
}

/** Looks every 20 ms at what the gateways' sessions do. */
function startTrace(databaseUrl: string): { stop(): Promise<Trace> } {
  const trace: Trace = {
    samples: 0,
    lockWaits: 0,
    longestLockWaitMilliseconds: 0,
    idleInTransaction: 0,
    longestTransactionMilliseconds: 0,
    waits: {},
  };
  const stopped = new AbortController();
  const looking = (async () => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    while (!stopped.signal.aborted) {
      const { rows } = await client.query<{
        state: string;
        kind: string | null;
        event: string | null;
        transaction: number;
        waited: number;
      }>(lookText);
      trace.samples += 1;
      for (const { state, kind, event, transaction, waited } of rows) {
        const name = state === 'active' ? (kind === null ? 'running' : `${kind}: ${event}`) : state;
        trace.waits[name] = (trace.waits[name] ?? 0) + 1;
        if (kind === 'Lock') trace.lockWaits += 1;
        if (state.startsWith('idle in transaction')) trace.idleInTransaction += 1;
        trace.longestLockWaitMilliseconds = Math.max(trace.longestLockWaitMilliseconds, waited);
        trace.longestTransactionMilliseconds = Math.max(trace.longestTransactionMilliseconds, transaction);
      }
      await sleep(20);
    }
    await client.end();
  })();
  return {
    async stop() {
      stopped.abort();
      await looking;
      return trace;
    },
  };
}

const lookText = `
select a.state, a.wait_event_type as kind, a.wait_event as event,
  coalesce(extract(epoch from clock_timestamp() - a.xact_start) * 1000, 0)::float as transaction,
  coalesce((select max(extract(epoch from clock_timestamp() - l.waitstart)) * 1000 from pg_locks l where l.pid = a.pid and not l.granted), 0)::float as waited
from pg_stat_activity a
where a.application_name = 'leadgen' and a.state is not null and a.datname = current_database()`;
