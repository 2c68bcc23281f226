import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { createTestDatabase } from '../support/open-test-store.ts';
import { accountOf, allRows, finished, submit } from '../support/run-batch.ts';
import { startGateway } from '../support/start-gateway.ts';
import { startProxy } from '../support/start-proxy.ts';
import { createTestLog } from '../support/test-log.ts';

test('the database goes away in the midst of a batch and comes back: nothing is lost, nothing paid twice', async () => {
  const url = new URL(await createTestDatabase());
  const proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  const store = await openStore({ databaseUrl: url.href, schema: 'leadgen', log: createTestLog().log });
  await migrate(store);
  const gateway = await startGateway(store);
  const account = await accountOf(gateway, await gateway.account(1_000));
  const inputs = Array.from({ length: 60 }, (_, index) => {
    const domain = `away${index}.org`;
    gateway.desk.sites.set(domain, {
      '/': { body: `<p><a href="mailto:info@${domain}">Write to us</a></p>`, afterMilliseconds: 100 },
    });
    return { domain };
  });
  const { id } = await submit(gateway.context, account, { inputs });
  const worker = startBatchWorker(gateway.context, { itemsAtOnceMax: 4 });
  await expect.poll(async () => (await allRows(gateway.context, id)).length, { timeout: 20_000 }).toBeGreaterThan(8);
  for (const fault of ['refuse', 'lose answers', 'refuse', 'lose answers'] as const) {
    proxy.set(fault);
    await sleep(700);
    proxy.set('pass');
    await sleep(700);
  }
  const batch = await finished(gateway.context, { id, accountId: account.id, seconds: 90 });
  expect(batch).toMatchObject({ status: 'done', done: 60, failed: 0 });
  const [paid] = await store.query<{ entries: number; items: number; credits: number }>(
    {
      name: '',
      text: `select count(*) as entries, count(distinct request_id) as items, coalesce(-sum(amount), 0)::bigint as credits
             from ledger where kind = 'usage' and account_id = $1`,
    },
    [account.id],
  );
  expect(paid!.entries).toBe(paid!.items);
  expect(paid!.credits).toBe(batch.creditsUsed);
  expect(batch.creditsUsed).toBeLessThanOrEqual(60);
  expect(await ledgerViolations(store)).toEqual([]);
  await worker.stop();
  await gateway.close();
  await store.close();
  await proxy.close();
}, 150_000);
