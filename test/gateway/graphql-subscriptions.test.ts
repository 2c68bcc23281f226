import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
let looks = 0;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  const { store } = opened;
  gateway = await startGateway({
    ...store,
    query: (...parameters: Parameters<typeof store.query>) => {
      if (parameters[0].name === 'ads-changes') looks += 1;
      return store.query(...parameters);
    },
  } as typeof store);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

const document = 'subscription ($query: String!) { newAds(query: $query) { title url firstSeen isActive } }';

function listen(
  account: TestAccount | null,
  { query = document, variables = {}, signal }: { query?: string; variables?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(account ? { authorization: `Bearer ${account.api_key}`, 'x-user-id': account.user_id } : {}),
    },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
}

/** The stream's text up to a pattern. */
async function readUntil(response: Response, pattern: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body!.getReader();
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}

test('an ad that a search finds arrives, once; those known before do not', { timeout: 30_000 }, async () => {
  const account = await gateway.account(100);
  gateway.desk.searches.set('watched', { results: numberedRows(3), ads: numberedAds(1) });
  await askGraph(gateway, account, '{ adSpy(query: "watched") { freshCount } }');
  const controller = new AbortController();
  const response = await listen(account, { variables: { query: 'watched' }, signal: controller.signal });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(response.headers.get('cache-control')).toBe('private, no-store');
  gateway.desk.searches.set('watched', { results: numberedRows(3), ads: numberedAds(3) });
  await askGraph(gateway, account, '{ adSpy(query: "watched") { freshCount } }');
  const text = await readUntil(response, /Offer 3/);
  expect(text).not.toContain('Offer 1');
  const told = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, line]) => JSON.parse(line!));
  expect(told[0].data.newAds).toMatchObject({ title: 'Offer 2', url: 'https://advertiser2.org/', isActive: true });
  // The next look goes back over the same moments; what comes is a heartbeat.
  const before = looks;
  const later = await readUntil(response, /:\n\n[\s\S]*/);
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(before);
  expect(later).not.toContain('Offer');
  controller.abort();
});

test('a client that goes away ends the loop', { timeout: 30_000 }, async () => {
  const account = await gateway.account(100);
  const controller = new AbortController();
  const response = await listen(account, { variables: { query: 'left' }, signal: controller.signal });
  const before = looks;
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(before);
  await response.body!.getReader().read();
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = looks;
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(looks).toBe(after);
});

test('without a key the answer is the log-in error; what is no query is told', async () => {
  const refused = await listen(null, { variables: { query: 'x' } });
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain('missing_api_key');
  const account = await gateway.account(100);
  const wrong = await listen({ ...account, api_key: 'wrong' }, { variables: { query: 'x' } });
  expect(wrong.status).toBe(401);
  expect(await wrong.text()).toContain('invalid_api_key');
  expect(await (await listen(account, { variables: { query: '  ' } })).text()).toContain('missing_param');
});

test('a subscription is free', async () => {
  const account = await gateway.account(0);
  const controller = new AbortController();
  const response = await listen(account, { variables: { query: 'free' }, signal: controller.signal });
  expect(await readUntil(response, /:\n\n/)).toContain(':\n\n');
  controller.abort();
  expect(await gateway.balance(account)).toBe(0);
});
