import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { heartbeat } from '../../packages/engine/src/credits/heartbeat.ts';
import { connectHttp, eras, type McpTestClient } from '../support/mcp-client.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

const answerMilliseconds = 1_500;

/** The 45 s of an answer pass within a second and a half; every other wait is as long as it is. */
const hurried: Parameters<typeof startGateway>[1] = {
  change: (context) => ({
    ...context,
    clock: {
      ...context.clock,
      sleep: (milliseconds, signal) =>
        context.clock.sleep(milliseconds === 45_000 ? answerMilliseconds : milliseconds, signal),
    },
  }),
};

let opened: TestStore;
let gateway: TestGateway;
let another: TestGateway;
let account: TestAccount;
const clients: McpTestClient[] = [];
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store, hurried);
  another = await startGateway(opened.store, hurried);
  account = await gateway.account();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await gateway?.close();
  await another?.close();
  await opened?.close();
});

async function connect(options: Partial<Parameters<typeof connectHttp>[1]> = {}, to = gateway): Promise<McpTestClient> {
  const client = await connectHttp(to.url, { apiKey: account.api_key, ...options });
  clients.push(client);
  return client;
}

function site(host: string, afterMilliseconds = 0): string {
  gateway.desk.sites.set(host, { '/': { body: `<p>info@${host}</p>`, afterMilliseconds } });
  return `http://${host}`;
}

describe.each(eras)('in the revision %s', (era) => {
  test('what takes longer goes on: there is what there is, and an id for the rest, at any gateway', async () => {
    const fast = [1, 2].map((nth) => site(`fast${nth}-${era}.org`));
    const slow = site(`slow-${era}.org`, 4_000);
    const mcp = await connect({ era });
    const start = Date.now();
    const { data, isError, text } = await mcp.call('website_crawl', { domains: [slow, ...fast] });
    expect(Date.now() - start).toBeLessThan(3_500);
    expect(isError).toBe(false);
    expect(data.truncated).toBe(true);
    expect(data.results.map(({ domain }: { domain: string }) => domain).sort()).toEqual(fast);
    expect(data).toMatchObject({ credits: 2, coverage: { status: 'PARTIAL' }, next_cursor: '2' });
    expect(text).toContain(data.results_id);

    await heartbeat(opened.store, { gatewayId: gateway.context.gatewayId });
    const elsewhere = await connect({ era }, another);
    const rest = await elsewhere.call('results', { id: data.results_id, cursor: data.next_cursor });
    expect(rest.data.results).toMatchObject([{ domain: slow, emails: [`info@slow-${era}.org`] }]);
    const all = await elsewhere.call('results', { id: data.results_id });
    expect(all.data).toMatchObject({ truncated: false, next_cursor: null, credits: 0 });
    expect(all.data.results).toHaveLength(3);
    expect(all.data.coverage.notes).toContain('all of it has cost 3 credits');
  });

  test('progress is told per item of a list, and per page of a single one', async () => {
    const sites = [1, 2, 3].map((nth) => site(`item${nth}-${era}.org`, nth * 100));
    const mcp = await connect({ era });
    const items: { progress: number; total?: number | undefined }[] = [];
    await mcp.call('website_crawl', { domains: sites }, { onprogress: (each) => void items.push(each) });
    expect(items.map(({ progress, total }) => [progress, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    const pages: number[] = [];
    await mcp.call(
      'lead_search',
      { query: `pages ${era}`, limit: 30 },
      { onprogress: ({ progress }) => void pages.push(progress) },
    );
    expect(pages).toEqual([1, 2, 3]);
  });

  test('a call that is cancelled stops its upstream work and pays only for what was stored', async () => {
    const patient = await startGateway(opened.store);
    const payer = await patient.account();
    const hosts = Array.from({ length: 12 }, (_, nth) => `cancel${nth}-${era}.org`);
    const sites = hosts.map((host, nth) => {
      const afterMilliseconds = nth === 0 ? 0 : 15_000;
      patient.desk.sites.set(host, { '/': { body: `<p>info@${host}</p>`, afterMilliseconds } });
      return `http://${host}`;
    });
    const accountId = Number(payer.user_id);
    // With room for all of them, none waits for what another has set aside.
    const key = await createKey(opened.store, { accountId, approveAbove: 1_000, now: patient.clock.date() });
    const mcp = await connect({ era, apiKey: key!.apiKey }, patient);
    const stop = new AbortController();
    // The first one is paid and stored when its progress is told.
    const options = { signal: stop.signal, onprogress: () => stop.abort() };
    const call = mcp.call('website_crawl', { domains: sites }, options);
    await expect(call).rejects.toThrow();
    await sleep(1_000);
    const asked = () => patient.desk.asked.pages;
    const before = asked().length;
    await sleep(3_000);
    // Five at once were under way; nothing was begun after them.
    expect(asked().length).toBe(before);
    expect(new Set(asked().map((page) => /cancel\d+/.exec(page)?.[0])).size).toBeLessThanOrEqual(6);
    expect(await patient.balance(payer)).toBe(999);
    await patient.close();
  });
});

test('a client of the revision before that only says that it cancels is heard as well', async () => {
  const payer = await gateway.account();
  const slow = site('told.org', 1_200);
  const message = {
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'website_crawl', arguments: { domains: [slow] } },
  };
  const post = (body: object) =>
    fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${payer.api_key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-11-25',
      },
      body: JSON.stringify(body),
    });
  const call = post(message)
    .then((response) => response.text())
    .catch(() => 'ended');
  await sleep(400);
  const told = await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
  expect(told.status).toBe(202);
  await call;
  await sleep(1_500);
  expect(await gateway.balance(payer)).toBe(1_000);
});

test('an account has ten calls that go on; the next one is stopped in time and says so', async () => {
  const busy = await gateway.account();
  const mcp = await connect({ apiKey: busy.api_key });
  const answers = await Promise.all(
    Array.from({ length: 11 }, (_, nth) => mcp.call('website_crawl', { domains: [site(`busy${nth}.org`, 8_000)] })),
  );
  const stopped = answers.filter(({ data }) => data.results_id === null);
  expect(stopped).toHaveLength(1);
  expect(stopped[0]!.data).toMatchObject({ truncated: true, credits: 0, results: [] });
  expect(stopped[0]!.text).toContain('was stopped');
});

test('an answer whose gateway is gone says that no more rows will come', async () => {
  const third = await startGateway(opened.store, hurried);
  third.desk.sites.set('lost.org', { '/': { body: '<p>info@lost.org</p>', afterMilliseconds: 20_000 } });
  const { data } = await (await connect({}, third)).call('website_crawl', { domains: ['http://lost.org'] });
  expect(data).toMatchObject({ results: [], truncated: true, next_cursor: '0' });
  await third.close();
  const rest = await (await connect()).call('results', { id: data.results_id });
  expect(rest.data).toMatchObject({ results: [], truncated: false, next_cursor: null });
  expect(rest.data.coverage.notes.join(' ')).toMatch(/what ran it is gone|it ended with/);
});
