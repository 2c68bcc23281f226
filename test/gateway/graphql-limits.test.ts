import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
let account: TestAccount;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store, { doors: { adminToken: 'admin-token-of-the-test' } });
  account = await gateway.account(100);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

const adsAndSites = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => `a${index}: adSpy(query: "ads ${index}") { results { websiteCrawl { emails } } }`).join(' ')} }`;

test('a query that could cost more than a million credits is refused with its worst bill, before anything runs', async () => {
  const { status, data, errors } = await askGraph(gateway, account, adsAndSites(61));
  expect(status).toBe(200);
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'invalid_param' } }]);
  expect(errors[0]?.message).toContain(`could cost ${61 * (10 + 1_100 * 15)} credits, more than the 1000000`);
  expect(errors[0]?.message).toContain('X-Max-Credits');
  expect(gateway.desk.asked.pages).toEqual([]);
  expect(await gateway.balance(account)).toBe(100);
});

test('a ceiling lets it pass, and so does leaving the edges out by a variable', async () => {
  const capped = await askGraph(gateway, account, adsAndSites(61), { headers: { 'x-max-credits': '0' } });
  expect(capped.errors).toHaveLength(61);
  expect(capped.errors[0]?.extensions?.code).toBe('max_credits_exceeded');
  const spread = `query ($crawl: Boolean!) { ${Array.from({ length: 61 }, (_, index) => `a${index}: adSpy(query: "ads ${index}", maxCredits: 0) { ...ads }`).join(' ')} }
    fragment ads on AdSpy { results { title websiteCrawl @include(if: $crawl) { emails } } }`;
  const without = await askGraph(gateway, account, spread, { variables: { crawl: false } });
  expect(without.errors[0]?.extensions?.code).toBe('max_credits_exceeded');
  const withCrawls = await askGraph(gateway, account, spread, { variables: { crawl: true } });
  expect(withCrawls.errors[0]?.message).toContain(`could cost ${61 * 1_100 * 15} credits`);
});

test('an operator field behind a fragment is refused as a whole too', async () => {
  const query = '{ ...operators } fragment operators on Query { accounts { userId } }';
  const refused = await askGraph(gateway, account, query);
  expect(refused).toMatchObject({ status: 403, data: null, errors: [{ extensions: { code: 'forbidden' } }] });
  const operator = await askGraph(gateway, null, query, {
    headers: { authorization: 'Bearer admin-token-of-the-test' },
  });
  expect(operator.errors).toEqual([]);
  expect(operator.data.accounts.length).toBeGreaterThan(0);
});

test('the schema can be read by a fragment without a key', async () => {
  const { errors, data } = await askGraph(
    gateway,
    null,
    '{ ...s } fragment s on Query { __schema { queryType { name } } }',
  );
  expect(errors).toEqual([]);
  expect(data.__schema.queryType.name).toBe('Query');
});

test('the twenty-first subscription of an account is refused; one that ends makes room, other accounts have their own', {
  timeout: 30_000,
}, async () => {
  const own = await gateway.account(0);
  const open = async (who: TestAccount, controller: AbortController) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${who.api_key}`,
        'x-user-id': who.user_id,
      },
      body: JSON.stringify({ query: 'subscription { newAds(query: "many") { title } }' }),
    });
    return { status: response.status, response };
  };
  const controllers = Array.from({ length: 20 }, () => new AbortController());
  for (const controller of controllers) expect((await open(own, controller)).status).toBe(200);
  const refused = await open(own, new AbortController());
  expect(refused.status).toBe(429);
  const text = await refused.response.text();
  expect(text).toContain('rate_limited');
  expect(text).toContain('At most 20 subscriptions');
  const other = new AbortController();
  expect((await open(account, other)).status).toBe(200);
  controllers[0]!.abort();
  const again = new AbortController();
  await expect.poll(async () => (await open(own, again)).status, { timeout: 5_000 }).toBe(200);
  for (const controller of [...controllers, other, again]) controller.abort();
});
