import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { batchInputColumns } from '../../packages/engine/src/batches/batch-rows.ts';
import { cancelBatch } from '../../packages/engine/src/batches/cancel-batch.ts';
import { claimItems } from '../../packages/engine/src/batches/claim-items.ts';
import { finishFreeItem } from '../../packages/engine/src/batches/finish-item.ts';
import type { ItemsJob } from '../../packages/engine/src/batches/job.ts';
import { retryFailed } from '../../packages/engine/src/batches/retry-failed.ts';
import { runItem } from '../../packages/engine/src/batches/run-item.ts';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { accountOf, allRows, finished, submit } from '../support/run-batch.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  const workers: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    expect(await ledgerViolations(opened().store)).toEqual([]);
  });
  afterAll(() => gateway?.close());

  const work = (itemsAtOnceMax = 8) => workers.push(startBatchWorker(gateway.context, { itemsAtOnceMax }));

  /** Domains whose front pages have an e-mail of their own each: a crawl costs 1. */
  function sites(name: string, count: number): { domain: string }[] {
    return Array.from({ length: count }, (_, index) => {
      const domain = `${name}${index}.org`;
      gateway.desk.sites.set(domain, { '/': `<p>Write to <a href="mailto:info@${domain}">us</a></p>` });
      return { domain };
    });
  }

  test('every input is answered in its order and paid once; a bad one is a free row with its error', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const inputs = [
      ...sites('order', 12),
      { domain: 'ftp://order.org' },
      {},
      'order.org',
      { domain: 'order3.org', note: 'again' },
    ];
    const sent = await submit(gateway.context, account, { inputs });
    expect(sent).toMatchObject({ status: 'queued', total: 16, done: 0, failed: 0, creditsUsed: 0 });
    work();
    const batch = await finished(gateway.context, { id: sent.id, accountId: account.id });
    expect(batch).toMatchObject({ status: 'done', total: 16, done: 13, failed: 3, creditsUsed: 12 });
    const rows = await allRows(gateway.context, sent.id);
    expect(rows.map(({ index }) => index)).toEqual(inputs.map((_, index) => index));
    expect(rows.map(({ error }) => error?.code ?? null)).toEqual([
      ...Array(12).fill(null),
      'invalid_param',
      'missing_param',
      'invalid_param',
      null,
    ]);
    expect(rows.map(({ creditsUsed }) => creditsUsed).reduce((sum, each) => sum + each)).toBe(12);
    expect(JSON.parse(rows[3]!.data!)).toMatchObject({ emails: ['info@order3.org'], coverage: { status: 'OK' } });
    expect(JSON.parse(rows[15]!.input)).toEqual({ domain: 'order3.org', note: 'again' });
    expect(await batchInputColumns(opened().store, sent.id)).toEqual(['domain', 'note']);
  });

  test('the ceiling of a batch is never passed, and what does not fit under it fails with max_credits_exceeded', async () => {
    const account = await accountOf(gateway, await gateway.account(1_000));
    const sent = await submit(gateway.context, account, { inputs: sites('ceiling', 40), maxCredits: 20 });
    work();
    const batch = await finished(gateway.context, { id: sent.id, accountId: account.id });
    // Each reserves 15 and uses 1: what can't reserve any more fails.
    expect(batch).toMatchObject({ done: 6, failed: 34, creditsUsed: 6 });
    const errors = (await allRows(gateway.context, sent.id)).flatMap(({ error }) => error?.code ?? []);
    expect(new Set(errors)).toEqual(new Set(['max_credits_exceeded']));
  });

  test('an account without credits gets errors and pays nothing', async () => {
    const account = await accountOf(gateway, await gateway.account(3));
    const sent = await submit(gateway.context, account, { inputs: sites('poor', 10) });
    work();
    const batch = await finished(gateway.context, { id: sent.id, accountId: account.id });
    expect(batch).toMatchObject({ done: 3, failed: 7, creditsUsed: 3 });
  });

  test('the failed ones can be sent again, and are paid then', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const inputs = sites('again', 4);
    gateway.desk.sites.set('again2.org', { '/': { status: 500, body: '' } });
    const sent = await submit(gateway.context, account, { inputs });
    work();
    const first = await finished(gateway.context, { id: sent.id, accountId: account.id });
    expect(first).toMatchObject({ status: 'done', done: 3, failed: 1, creditsUsed: 3 });
    sites('again', 4);
    expect(await retryFailed(gateway.context, { accountId: account.id, id: sent.id })).toMatchObject({
      status: 'running',
      failed: 0,
    });
    const second = await finished(gateway.context, { id: sent.id, accountId: account.id });
    expect(second).toMatchObject({ status: 'done', done: 4, failed: 0, creditsUsed: 4 });
  });

  test('a cancelled batch starts nothing more', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const sent = await submit(gateway.context, account, { inputs: sites('cancel', 50) });
    const now = gateway.clock.date();
    expect(await cancelBatch(opened().store, { accountId: account.id + 1, id: sent.id, now })).toBeNull();
    expect(await cancelBatch(opened().store, { accountId: account.id, id: sent.id, now })).toMatchObject({
      status: 'cancelled',
      done: 0,
    });
    work();
    const other = await submit(gateway.context, account, { inputs: sites('other', 1) });
    await finished(gateway.context, { id: other.id, accountId: account.id });
    expect(await finished(gateway.context, { id: sent.id, accountId: account.id })).toMatchObject({
      status: 'cancelled',
      done: 0,
      failed: 0,
    });
    expect(gateway.desk.asked.pages.filter((page) => page.includes('cancel'))).toEqual([]);
    await expect(retryFailed(gateway.context, { accountId: account.id, id: sent.id })).rejects.toMatchObject({
      code: 'invalid_param',
    });
  });

  test('the same order under the same Idempotency-Key is the same batch; another order is refused', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const order = { inputs: sites('same', 3), idempotencyKey: 'order-1' };
    const [first, twin] = await Promise.all([
      submit(gateway.context, account, order),
      submit(gateway.context, account, order),
    ]);
    expect(twin.id).toBe(first.id);
    expect((await submit(gateway.context, account, order)).id).toBe(first.id);
    await expect(submit(gateway.context, account, { ...order, inputs: sites('same', 2) })).rejects.toMatchObject({
      code: 'invalid_param',
    });
    const other = await accountOf(gateway, await gateway.account(100));
    expect((await submit(gateway.context, other, order)).id).not.toBe(first.id);
  });

  test('ten inputs sent while two thousand of another account wait are answered before a quarter of these', async () => {
    const [many, few] = [
      await accountOf(gateway, await gateway.account(5_000)),
      await accountOf(gateway, await gateway.account(100)),
    ];
    const large = await submit(gateway.context, many, { inputs: sites('large', 2_000) });
    work(4);
    const small = await submit(gateway.context, few, { inputs: sites('small', 10) });
    await finished(gateway.context, { id: small.id, accountId: few.id });
    const rows = await allRows(gateway.context, large.id);
    expect(rows.length).toBeLessThan(500);
    await cancelBatch(opened().store, { accountId: many.id, id: large.id, now: gateway.clock.date() });
  });

  test('a batch that waits for its own credits keeps nobody else waiting', async () => {
    const poor = await accountOf(gateway, await gateway.account(16));
    const rich = await accountOf(gateway, await gateway.account(1_000));
    // Its first item holds all but one credit for a while; the others can only wait.
    const inputs = sites('stuck', 30);
    const slow = { body: '<p>Nothing here</p>', afterMilliseconds: 2_500 };
    gateway.desk.sites.set('stuck0.org', { '/': slow });
    gateway.desk.sites.set('stuck1.org', { '/': slow });
    const stuck = await submit(gateway.context, poor, { inputs });
    work(6);
    await expect
      .poll(() => gateway.desk.asked.pages.some((page) => page.includes('stuck0.org')), { timeout: 10_000 })
      .toBe(true);
    const sent = await submit(gateway.context, rich, { inputs: sites('free', 40) });
    await finished(gateway.context, { id: sent.id, accountId: rich.id });
    expect((await allRows(gateway.context, stuck.id)).length).toBeLessThan(30);
    await finished(gateway.context, { id: stuck.id, accountId: poor.id });
  });

  test('an item that two workers run is answered once and paid once', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const sent = await submit(gateway.context, account, { inputs: sites('twice', 1) });
    const job: ItemsJob = { batchId: sent.id, from: 0, to: 0, round: 0 };
    const store = opened().store;
    const [slow] = await claimItems(store, { jobs: [job], worker: gateway.context.gatewayId });
    const [heir] = await claimItems(store, { jobs: [job], worker: gateway.context.gatewayId });
    expect(heir!.attempt).toBe(2);
    const signal = AbortSignal.timeout(10_000);
    await Promise.allSettled([
      runItem(gateway.context, slow!, { signal }),
      runItem(gateway.context, heir!, { signal }),
    ]);
    await runItem(gateway.context, heir!, { signal });
    await finishFreeItem(store, {
      item: slow!,
      outcome: { code: 'internal_error', message: '' },
      now: gateway.clock.date(),
    });
    expect(await finished(gateway.context, { id: sent.id, accountId: account.id })).toMatchObject({
      done: 1,
      failed: 0,
      creditsUsed: 1,
    });
    expect(await allRows(gateway.context, sent.id)).toMatchObject([{ creditsUsed: 1, error: null }]);
  });

  test('what a silent worker had is run by another', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const sent = await submit(gateway.context, account, { inputs: sites('silent', 3) });
    const taken = await gateway.context.jobs.take<ItemsJob>('batch-items', 100);
    for (const { data } of taken)
      await claimItems(opened().store, { jobs: [data], worker: '00000000-0000-4000-8000-000000000000' });
    work();
    const batch = await finished(gateway.context, { id: sent.id, accountId: account.id });
    expect(batch).toMatchObject({ done: 3, failed: 0, creditsUsed: 3 });
  });

  test('an order that is none is refused, and leaves nothing behind', async () => {
    const account = await accountOf(gateway, await gateway.account(100));
    const inputs = [{ domain: 'a.org' }];
    const bad: [string, object][] = [
      ['missing_param', { inputs, operation: '' }],
      ['invalid_param', { inputs, operation: 'everything' }],
      ['invalid_param', { inputs: [] }],
      ['invalid_param', { inputs, maxCredits: -1 }],
      ['invalid_param', { inputs, maxCredits: '5' }],
      ['invalid_param', { inputs, webhookUrl: 'http://127.0.0.1/hook' }],
      ['invalid_param', { inputs, webhookUrl: 'file:///etc/passwd' }],
      ['invalid_param', { inputs: [{ domain: 'x'.repeat(40_000) }] }],
      ['invalid_param', { inputs: Array.from({ length: 100_001 }, () => ({})) }],
      ['invalid_param', { inputs: [Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`c${index}`, 1]))] }],
      ['invalid_api_key', { inputs, account: { ...account, operations: ['search'] } }],
    ];
    for (const [code, { account: sender = account, ...order }] of bad as [
      string,
      { account?: typeof account; inputs: object[] },
    ][])
      await expect(submit(gateway.context, sender, order)).rejects.toMatchObject({ code });
    const left = await opened().store.query({ name: '', text: 'select id from batches where account_id = $1' }, [
      account.id,
    ]);
    expect(left).toEqual([]);
  });
});
