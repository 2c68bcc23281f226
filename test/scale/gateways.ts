import { createTestDatabaseOn } from '../support/create-test-database.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { type GatewayRun, runGateways } from './run-gateways.ts';

/**
 * Gateways on one PostgreSQL: equal requests, a trace of waits while the upstream is slow, throughput with one and with three.
 *   node test/scale/gateways.ts [calls]     default 3000 paid calls
 */
const calls = Number(process.argv[2] ?? 3_000);
const postgres = await startPostgres();
const runs: GatewayRun[] = [];
try {
  for (const gateways of [1, 3, 1, 3]) {
    const databaseUrl = await createTestDatabaseOn(postgres.url);
    runs.push(await runGateways({ databaseUrl, gateways, throughputCalls: calls }));
  }
} finally {
  await postgres.remove();
}

const ms = (value: number) => `${Math.round(value)} ms`;
const rows: [string, (run: GatewayRun) => string][] = [
  [
    'upstream calls for 400 equal requests, 5 keys',
    ({ equalUpstreamCalls, equalAnswered }) => `${equalUpstreamCalls} (${equalAnswered} answered)`,
  ],
  [
    'distinct slow calls at once',
    ({ slowCalls, upstreamAtOnceMax }) => `${slowCalls} (${upstreamAtOnceMax} at the upstream)`,
  ],
  ['an upstream call takes', ({ upstreamMilliseconds }) => ms(upstreamMilliseconds)],
  ['all of them take', ({ slowMilliseconds }) => ms(slowMilliseconds)],
  ['samples of the sessions', ({ trace }) => String(trace.samples)],
  ['sessions seen idle in a transaction', ({ trace }) => String(trace.idleInTransaction)],
  ['oldest transaction seen', ({ trace }) => ms(trace.longestTransactionMilliseconds)],
  ['sessions seen waiting for a lock', ({ trace }) => String(trace.lockWaits)],
  ['longest wait for a lock', ({ trace }) => ms(trace.longestLockWaitMilliseconds)],
  ['paid calls a second', ({ paidPerSecond }) => paidPerSecond.toFixed(0)],
  ['cached calls a second', ({ cachedPerSecond }) => cachedPerSecond.toFixed(0)],
  ['violations of the ledger', ({ violations }) => String(violations)],
];
const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
process.stdout.write(line(['', ...runs.map(({ gateways }) => `${gateways} gateway${gateways > 1 ? 's' : ''}`)]));
process.stdout.write(line(['---', ...runs.map(() => '---')]));
for (const [name, cell] of rows) process.stdout.write(line([name, ...runs.map(cell)]));
for (const { gateways, trace } of runs) {
  const waits = Object.entries(trace.waits).toSorted(([, a], [, b]) => b - a);
  process.stdout.write(
    `\n${gateways} gateways, what their sessions did: ${waits.map(([name, count]) => `${name} ${count}`).join(', ')}\n`,
  );
}
