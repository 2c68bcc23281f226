import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { askGraph } from '../support/ask-graph.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { batchSites } from '../support/run-batch.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

const submitText = `mutation ($inputs: [JSON]!, $maxCredits: Int, $webhookUrl: String, $key: String) {
  submitBatch(operation: WEBSITE_CRAWL, inputs: $inputs, maxCredits: $maxCredits, webhookUrl: $webhookUrl, idempotencyKey: $key) {
    id operation status total done failed creditsUsed maxCredits createdAt finishedAt
  }
}`;
const fields = 'status total done failed creditsUsed finishedAt';

forEachStore((opened) => {
  let gateway: TestGateway;
  let looks = 0;
  const workers: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    const { store } = opened();
    gateway = await startGateway({
      ...store,
      query: (...parameters: Parameters<typeof store.query>) => {
        if (parameters[0].name === 'batch-read') looks += 1;
        return store.query(...parameters);
      },
    } as typeof store);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    expect(await ledgerViolations(opened().store)).toEqual([]);
  });
  afterAll(() => gateway?.close());

  const work = () => workers.push(startBatchWorker(gateway.context, { itemsAtOnceMax: 8 }));

  const sites = (name: string, count: number) => batchSites(gateway, name, count);

  async function submit(account: TestAccount, variables: { inputs: unknown[] } & Record<string, unknown>) {
    const { data, errors } = await askGraph(gateway, account, submitText, { variables });
    expect(errors).toEqual([]);
    return data.submitBatch;
  }

  const ask = (account: TestAccount, query: string) => askGraph(gateway, account, query);
  const codes = ({ errors }: { errors: { extensions?: Record<string, unknown> }[] }) =>
    errors.map(({ extensions }) => extensions?.code);

  function listen(account: TestAccount, id: string, signal?: AbortSignal): Promise<Response> {
    return fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${account.api_key}`,
        'x-user-id': account.user_id,
      },
      body: JSON.stringify({ query: `subscription { batchProgress(id: "${id}") { ${fields} } }` }),
      signal: signal ?? null,
    });
  }

  test('a batch is sent, watched to its end and read in the order of its inputs, page by page', async () => {
    const account = await gateway.account(100);
    const inputs = [
      ...sites('graph', 4),
      { domain: 'ftp://x.org' },
      null,
      'x.org',
      { domain: 'graph0.org', note: 'n' },
    ];
    const sent = await submit(account, { inputs, maxCredits: 90 });
    expect(sent).toMatchObject({
      operation: 'WEBSITE_CRAWL',
      status: 'QUEUED',
      total: 8,
      done: 0,
      failed: 0,
      creditsUsed: 0,
      maxCredits: 90,
      finishedAt: null,
    });
    const stream = await listen(account, sent.id);
    expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
    work();
    const told = [...(await stream.text()).matchAll(/^data: (\{.+\})$/gm)].map(
      ([, line]) => JSON.parse(line!).data.batchProgress,
    );
    expect(told[0]).toMatchObject({ status: 'QUEUED', done: 0 });
    expect(told.at(-1)).toMatchObject({ status: 'DONE', total: 8, done: 5, failed: 3, creditsUsed: 4 });
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(told.length);

    const page = (after: string) => `{ batch(id: "${sent.id}") { results(first: 3${after}) {
      nodes { index input data error { code message } creditsUsed } edges { cursor node { index } } pageInfo { hasNextPage endCursor } } } }`;
    const rows: Record<string, unknown>[] = [];
    let after = '';
    for (let pages = 1; ; pages += 1) {
      const { nodes, edges, pageInfo } = (await ask(account, page(after))).data.batch.results;
      rows.push(...nodes);
      expect(edges.map(({ node }: { node: { index: number } }) => node.index)).toEqual(
        nodes.map(({ index }: { index: number }) => index),
      );
      after = `, after: "${pageInfo.endCursor}"`;
      if (pageInfo.hasNextPage) continue;
      expect(pages).toBe(3);
      break;
    }
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(rows.map(({ input }) => input)).toEqual(inputs);
    expect(rows[1]).toMatchObject({ data: { emails: ['info@graph1.org'], coverage: { status: 'OK' } }, error: null });
    expect(rows[4]).toMatchObject({ data: null, error: { code: 'invalid_param' }, creditsUsed: 0 });
    expect(rows.reduce((sum, { creditsUsed }) => sum + Number(creditsUsed), 0)).toBe(4);
  });

  test("another account's batch is not_found to every field", async () => {
    const [owner, other] = [await gateway.account(10), await gateway.account(10)];
    const { id } = await submit(owner, { inputs: sites('owned', 1) });
    for (const query of [
      `{ batch(id: "${id}") { ${fields} } }`,
      `mutation { cancelBatch(id: "${id}") { ${fields} } }`,
      `mutation { retryFailed(id: "${id}") { ${fields} } }`,
      '{ batch(id: "nonsense") { status } }',
    ])
      expect(codes(await ask(other, query))).toEqual(['not_found']);
    expect(await (await listen(other, id)).text()).toContain('not_found');
    expect(codes(await ask(other, `{ batches(after: "${id}") { nodes { id } } }`))).toEqual(['invalid_param']);
    expect((await ask(other, '{ batches { nodes { id } } }')).data.batches.nodes).toEqual([]);
    expect((await ask(owner, `mutation { cancelBatch(id: "${id}") { ${fields} } }`)).data.cancelBatch).toMatchObject({
      status: 'CANCELLED',
      done: 0,
    });
    expect(codes(await ask(owner, `mutation { retryFailed(id: "${id}") { id } }`))).toEqual(['invalid_param']);
  });

  test('the batches of an account are listed newest first, page by page', async () => {
    const account = await gateway.account(10);
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.unshift((await submit(account, { inputs: [{ domain: 'ftp://x.org' }] })).id);
      gateway.clock.advance(5);
    }
    const first = (await ask(account, '{ batches(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } }')).data
      .batches;
    expect(first.nodes.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const rest = await ask(
      account,
      `{ batches(first: 2, after: "${first.pageInfo.endCursor}") { edges { node { id } } pageInfo { hasNextPage } } }`,
    );
    expect(rest.data.batches).toEqual({ edges: [{ node: { id: ids[2] } }], pageInfo: { hasNextPage: false } });
  });

  test('what failed is sent again and paid then', async () => {
    const account = await gateway.account(100);
    gateway.desk.sites.set('later0.org', { '/': { status: 500, body: '' } });
    const { id } = await submit(account, { inputs: [{ domain: 'later0.org' }] });
    work();
    expect(await (await listen(account, id)).text()).toContain('"failed":1');
    sites('later', 1);
    const again = await ask(account, `mutation { retryFailed(id: "${id}") { status failed } }`);
    expect(again.data.retryFailed).toEqual({ status: 'RUNNING', failed: 0 });
    expect(await (await listen(account, id)).text()).toContain('"done":1,"failed":0,"creditsUsed":1');
  });

  test('an order that is none is refused; the same key is the same batch', async () => {
    const account = await gateway.account(100);
    const inputs = sites('key', 2);
    const refused = async (variables: Record<string, unknown>) =>
      codes(await askGraph(gateway, account, submitText, { variables }));
    expect(await refused({ inputs: [] })).toEqual(['invalid_param']);
    expect(await refused({ inputs, maxCredits: -1 })).toEqual(['invalid_param']);
    expect(await refused({ inputs, webhookUrl: 'http://10.0.0.1/' })).toEqual(['invalid_param']);
    expect(await refused({ inputs, key: 'ü' })).toEqual(['invalid_param']);
    const sent = await submit(account, { inputs, key: 'order' });
    expect((await submit(account, { inputs, key: 'order' })).id).toBe(sent.id);
    expect(await refused({ inputs: sites('key', 1), key: 'order' })).toEqual(['invalid_param']);
  });

  test('a ceiling on the request is one on what its batches may spend', async () => {
    const account = await gateway.account(1_000);
    const headers = { 'x-max-credits': '20' };
    const submitAll = `mutation ($a: [JSON]!, $b: [JSON]!) {
      refused: submitBatch(operation: WEBSITE_CRAWL, inputs: []) { id }
      a: submitBatch(operation: WEBSITE_CRAWL, inputs: $a, maxCredits: 15) { id maxCredits }
      b: submitBatch(operation: WEBSITE_CRAWL, inputs: $b) { id maxCredits }
    }`;
    const variables = { a: sites('first', 3), b: sites('second', 3) };
    const { data } = await askGraph(gateway, account, submitAll, { variables, headers });
    expect([data.refused, data.a.maxCredits, data.b.maxCredits]).toEqual([null, 15, 5]);
    work();
    expect(await (await listen(account, data.b.id)).text()).toContain('"done":0,"failed":3');
    expect(await (await listen(account, data.a.id)).text()).toContain('"status":"DONE"');
  });

  test('a listener who leaves is looked after no more', async () => {
    const account = await gateway.account(10);
    const { id } = await submit(account, { inputs: sites('left', 1) });
    const controller = new AbortController();
    const response = await listen(account, id, controller.signal);
    await response.body!.getReader().read();
    const before = looks;
    await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(before);
    controller.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = looks;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(looks).toBe(after);
  });

  test('each new secret of the webhooks is told once', async () => {
    const account = await gateway.account(0);
    const rotate = async () =>
      (await ask(account, 'mutation { rotateWebhookSecret { secret } }')).data.rotateWebhookSecret.secret;
    const [first, second] = [await rotate(), await rotate()];
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(second).not.toBe(first);
  });
});
