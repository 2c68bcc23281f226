import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/open-test-store.ts';
import { crawlByBatch, startSites } from './run-domains.ts';

// The ratios are for `node test/scale/batches.ts`; what must hold at any speed is held here.
test('while workers are killed, every input is answered exactly once and paid at most once', async () => {
  const sites = await startSites(6);
  const domains = 120;
  const run = await crawlByBatch({
    databaseUrl: await createTestDatabase(),
    port: sites.port,
    domains,
    workers: 2,
    killWhenDone: [10, 40, 80],
  });
  await sites.close();
  expect(run).toMatchObject({ done: domains, failed: 0, violations: 0 });
  expect(run.kills).toBe(3);
  expect(run.payments.entries).toBe(run.payments.items);
  // A crawl that was kept before its worker died is answered from the cache, free.
  expect(run.payments.entries).toBe(run.creditsUsed);
  expect(run.creditsUsed).toBeLessThanOrEqual(domains);
}, 180_000);
