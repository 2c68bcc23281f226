import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/open-test-store.ts';
import { runGateways } from './run-gateways.ts';

test('three gateways: equal requests are fetched once in all, and nothing is locked while the upstream works', async () => {
  const run = await runGateways({
    databaseUrl: await createTestDatabase(),
    gateways: 3,
    accounts: 12,
    upstreamMilliseconds: 3_000,
  });
  expect(run).toMatchObject({ equalUpstreamCalls: 5, equalAnswered: 400, upstreamAtOnceMax: 60, violations: 0 });
  const { samples, idleInTransaction, longestTransactionMilliseconds, longestLockWaitMilliseconds } = run.trace;
  expect(samples).toBeGreaterThan(20);
  // Every transaction is one statement, and none lasts as long as an upstream call by far: no lock can.
  expect(idleInTransaction).toBe(0);
  expect(longestTransactionMilliseconds).toBeLessThan(1_000);
  expect(longestLockWaitMilliseconds).toBeLessThan(1_000);
});
