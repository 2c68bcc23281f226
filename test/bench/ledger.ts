import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { hashApiKey } from '../../packages/engine/src/accounts/api-key.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { authenticateAndRead } from '../../packages/engine/src/cache/authenticate-and-read.ts';
import { writeAnswers } from '../../packages/engine/src/cache/write-answers.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Statement, Store } from '../../packages/engine/src/store/store.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { createTestLog } from '../support/test-log.ts';

// Written down before it ran: hold + settle pairs a second through the engine, against the same two statements driven by
// bare pg: at least 0.8 times as many (median over rounds that take turns). A cached request on a cold memory: one statement.
const pairsRatioMin = 0.8;
const accounts = 50;
const callers = 16;
const pairsPerRound = 1_500;
const rounds = 7;

const postgres = await startPostgres();
const store = await openStore({ databaseUrl: postgres.url, schema: 'leadgen', log: createTestLog().log });
await migrate(store);
const now = new Date();
const expiresAt = new Date(now.getTime() + 300_000);
const gatewayId = randomUUID();
for (let userId = 1; userId <= accounts; userId += 1) {
  await createAccount(store, { userId, credits: 1_000_000, apiKey: `key ${userId}`, now });
}
const charges = [{ rule: 'more than 7 results: 10 credits flat', item: 'marketing agency new york', credits: 10 }];

async function enginePair(index: number, on: Store = store): Promise<void> {
  const holdId = randomUUID();
  const accountId = (index % accounts) + 1;
  const common = { operation: 'search', requestId: 'request', gatewayId };
  await hold(on, { holdId, accountId, keyId: accountId, amount: 10, ...common, now, expiresAt });
  await settle(on, { holdId, cost: 10, charges, now });
}

/** The statements and values as the engine sends them. */
const sent: { statement: Statement; values: readonly unknown[] }[] = [];
await enginePair(0, {
  ...store,
  query(statement, values) {
    sent.push({ statement, values });
    return store.query(statement, values);
  },
});
const [holding, settling] = sent;
if (!holding || !settling || sent.length !== 2) throw new Error(`a pair took ${sent.length} statements instead of 2`);

const pool = new pg.Pool({ connectionString: postgres.url, options: '-c search_path=leadgen', max: 10 });
pool.on('error', () => {});

async function barePair(index: number): Promise<void> {
  const holdId = randomUUID();
  const accountId = (index % accounts) + 1;
  await pool.query({ ...holding!.statement, values: [holdId, accountId, accountId, ...holding!.values.slice(3)] });
  await pool.query({ ...settling!.statement, values: [holdId, ...settling!.values.slice(1)] });
}

/** Calls a second, `callers` of them at a time. */
async function rate(calls: number, call: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (next < calls) {
        const index = next;
        next += 1;
        await call(index);
      }
    }),
  );
  return calls / ((performance.now() - began) / 1_000);
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

await rate(500, enginePair);
await rate(500, barePair);
const engineRates: number[] = [];
const ratios: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  // Taking turns at being first, so that neither has the warmer machine.
  const [first, second] = round % 2 === 0 ? [enginePair, barePair] : [barePair, enginePair];
  const firstRate = await rate(pairsPerRound, first);
  const secondRate = await rate(pairsPerRound, second);
  const [engine, bare] = round % 2 === 0 ? [firstRate, secondRate] : [secondRate, firstRate];
  engineRates.push(engine);
  ratios.push(engine / bare);
}

const answers = 500;
const body = JSON.stringify({ data: 'x'.repeat(2_000) });
for (let index = 0; index < answers; index += 1) {
  await writeAnswers(store, [
    { key: `answer ${index}`, namespace: 'bench', accountId: null, body, fetchedAt: now.getTime() },
  ]);
}
let statements = 0;
const counted: Store = {
  ...store,
  query(statement, values) {
    statements += 1;
    return store.query(statement, values);
  },
};
const coldReads = 5_000;
const coldRate = await rate(coldReads, (index) => {
  const accountId = (index % accounts) + 1;
  return authenticateAndRead(counted, {
    accountId,
    keyHash: hashApiKey(`key ${accountId}`),
    answerKey: `answer ${index % answers}`,
  });
});
const violations = await ledgerViolations(store);

const ratio = median(ratios);
const report = {
  postgres: postgres.version,
  pairsPerSecond: Math.round(median(engineRates)),
  pairsRatio: Number(ratio.toFixed(2)),
  pairsRatioMin,
  pairsRatios: ratios.map((each) => Number(each.toFixed(2))),
  coldCachedRequestsPerSecond: Math.round(coldRate),
  statementsPerColdCachedRequest: statements / coldReads,
  ledgerViolations: violations.length,
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
await pool.end();
await store.close();
await postgres.remove();
process.exitCode = ratio >= pairsRatioMin && statements === coldReads && violations.length === 0 ? 0 : 1;
