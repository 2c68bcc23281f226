import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { connectHttp, type McpTestClient } from '../support/mcp-client.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
let account: TestAccount;
let mcp: McpTestClient;
let worker: ReturnType<typeof startBatchWorker>;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
  account = await gateway.account();
  mcp = await connectHttp(gateway.url, { apiKey: account.api_key, person: () => 'decline' });
  worker = startBatchWorker(gateway.context, { itemsAtOnceMax: 4 });
});
afterAll(async () => {
  await mcp?.close();
  await worker?.stop();
  await gateway?.close();
  await opened?.close();
});

function site(host: string): string {
  gateway.desk.sites.set(host, { '/': `<p>info@${host}</p>` });
  return `http://${host}`;
}

test('a batch is submitted once per key, runs by itself, and its rows are paged with results', async () => {
  const inputs = ['one.org', 'two.org', 'three.org'].map((host) => ({ domain: site(host) }));
  const order = { operation: 'website_crawl', inputs, idempotency_key: 'purchase-1' };
  const sent = await mcp.call('batch_submit', order);
  expect(sent.data).toMatchObject({
    results: [{ tool: 'website_crawl', total: 3, max_credits: 50 }],
    credits: 0,
    truncated: true,
    next_cursor: '0',
  });
  const again = await mcp.call('batch_submit', order);
  expect(again.data.results_id).toBe(sent.data.results_id);

  const rows: Record<string, unknown>[] = [];
  let cursor: string | null = '0';
  for (let page = 0; page < 20 && cursor !== null; page += 1) {
    const { data } = await mcp.call('results', { id: sent.data.results_id, cursor });
    rows.push(...data.results);
    cursor = data.next_cursor;
  }
  expect(cursor).toBe(null);
  expect(rows).toMatchObject([
    { index: 0, domain: 'http://one.org', emails: ['info@one.org'], credits_used: 1 },
    { index: 1, domain: 'http://two.org', emails: ['info@two.org'], credits_used: 1 },
    { index: 2, domain: 'http://three.org', emails: ['info@three.org'], credits_used: 1 },
  ]);
  expect(await gateway.balance(account)).toBe(997);

  const { data, text } = await mcp.call('results', { id: sent.data.results_id, fields: ['domain', 'emails'] });
  expect(data.results[0]).toEqual({ domain: 'http://one.org', emails: ['info@one.org'] });
  expect(text).toContain('| domain | emails |');
});

test('the same key for another purchase is refused', async () => {
  const inputs = [{ domain: site('four.org') }];
  const other = await mcp.call('batch_submit', { operation: 'website_crawl', inputs, idempotency_key: 'purchase-1' });
  expect(other).toMatchObject({ isError: true, data: { code: 'invalid_param' } });
  expect(other.data.message).toContain('idempotency_key');
});

test('a batch that may cost more than the key spends without asking waits for a word, and costs nothing without it', async () => {
  const inputs = Array.from({ length: 4 }, (_, index) => ({ domain: `dear-${index}.org` }));
  const order = { operation: 'website_crawl', inputs, idempotency_key: 'purchase-2' };
  const declined = await mcp.call('batch_submit', order);
  expect(declined).toMatchObject({ isError: true, data: { code: 'approval_required' } });
  // Under its key nothing was bought yet.
  const yes = await connectHttp(gateway.url, { apiKey: account.api_key, person: () => 'accept' });
  const accepted = await yes.call('batch_submit', order);
  expect(accepted.data.results).toMatchObject([{ total: 4, max_credits: 60 }]);
  await yes.close();
});

test('an input that the tool does not have is named before anything is bought', async () => {
  const inputs = [{ domain: 'a.org' }, { site: 'b.org' }];
  const { data } = await mcp.call('batch_submit', {
    operation: 'website_crawl',
    inputs,
    idempotency_key: 'purchase-3',
  });
  expect(data.code).toBe('invalid_param');
  expect(data.message).toContain('inputs: 1: "site"');
});

test("another account's batch is not there", async () => {
  const other = await gateway.account();
  const inputs = [{ domain: site('five.org') }];
  const sent = await mcp.call('batch_submit', { operation: 'website_crawl', inputs, idempotency_key: 'purchase-4' });
  const stranger = await connectHttp(gateway.url, { apiKey: other.api_key });
  expect((await stranger.call('results', { id: sent.data.results_id })).data.code).toBe('not_found');
  await stranger.close();
});
