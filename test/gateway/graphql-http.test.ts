import { getIntrospectionQuery } from 'graphql';
import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
let account: TestAccount;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
  account = await gateway.account(1_000);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

test('the public audit of GraphQL over HTTP finds nothing', async () => {
  const { api_key, user_id } = account;
  const results = await auditServer({
    url: `${gateway.url}/graphql?api_key=${api_key}&user_id=${user_id}`,
    fetchFn: fetch,
  });
  expect(results).toHaveLength(61);
  expect(results.filter(({ status }) => status !== 'ok').map(({ name }) => name)).toEqual([]);
});

test('a failed log-in has the REST status; the schema is read without one', async () => {
  expect(await askGraph(gateway, null, '{ account { userId } }')).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'missing_api_key' } }],
  });
  const withoutUser = await askGraph(gateway, null, '{ account { userId } }', {
    headers: { authorization: 'Bearer x' },
  });
  expect(withoutUser).toMatchObject({ status: 401, errors: [{ extensions: { code: 'missing_user_id' } }] });
  const badUser = await askGraph(gateway, null, '{ account { userId } }', {
    headers: { authorization: 'Bearer x', 'x-user-id': '1e3' },
  });
  expect(badUser).toMatchObject({ status: 400, errors: [{ extensions: { code: 'invalid_user_id' } }] });
  expect(await askGraph(gateway, { ...account, api_key: 'wrong' }, '{ account { userId } }')).toMatchObject({
    status: 401,
    errors: [{ extensions: { code: 'invalid_api_key' } }],
  });
  const introspection = await askGraph(gateway, null, getIntrospectionQuery());
  expect(introspection.errors).toEqual([]);
  expect(introspection.data.__schema.queryType.name).toBe('Query');
});

test.each([
  ['too deep', `{ ${'a { '.repeat(10_000)} b ${' }'.repeat(10_000)} }`, /tokens|deeper/],
  [
    'deeper than 15 levels',
    `{ account { ${'ledger { '.repeat(15)} nodes { id } ${'} '.repeat(15)} } }`,
    /deeper than 15/,
  ],
  [
    '5,000 aliases',
    `{ ${Array.from({ length: 3_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`,
    /aliases|root fields/,
  ],
  [
    '201 aliases',
    `{ account { ${Array.from({ length: 201 }, (_, index) => `a${index}: balance`).join(' ')} } }`,
    /200 aliases/,
  ],
  ['101 root fields', `{ ${'__typename '.repeat(101)} }`, /100 root fields/],
  [
    '51 directives',
    `{ account { ${Array.from({ length: 51 }, () => 'balance @include(if: true)').join(' ')} } }`,
    /50 directives/,
  ],
  ['too many tokens', `{ ${'__typename '.repeat(10_001)} }`, /tokens/],
])('a document that is %s is refused with its limit', async (_name, query, message) => {
  const start = performance.now();
  const { errors, data } = await askGraph(gateway, account, query);
  expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  expect(data).toBeNull();
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('fragments count where they are spread, and a cycle ends', async () => {
  const doubling = Array.from(
    { length: 30 },
    (_, index) =>
      `fragment f${index} on Query { ${index === 29 ? '__typename' : `...f${index + 1} ...f${index + 1}`} }`,
  );
  const start = performance.now();
  const { errors } = await askGraph(gateway, account, `{ ...f0 } ${doubling.join(' ')}`);
  expect(errors.length).toBeGreaterThan(0);
  expect(performance.now() - start).toBeLessThan(2_000);
  const cycle = await askGraph(gateway, account, '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }');
  expect(cycle.errors.length).toBeGreaterThan(0);
});

test('a body over 256 kB and an array of operations are refused', async () => {
  const long = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ __typename } #${'x'.repeat(300_000)}` }),
  }).catch(() => null);
  if (long) expect(long.status).toBe(400);
  const batch = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query: '{ __typename }' }]),
  });
  expect(batch.status).toBe(400);
});

test('a mutation by GET is refused', async () => {
  const { api_key, user_id } = account;
  const parameters = new URLSearchParams({ api_key, user_id, query: 'mutation { removeRecipe(code: "x") }' });
  const response = await fetch(`${gateway.url}/graphql?${parameters}`);
  expect(response.status).toBe(405);
});

test('unknown faults are masked and carry the id that the log has', async () => {
  const broken = await startGateway(opened.store, {
    change: (context) => ({
      ...context,
      serp: {
        ...context.serp,
        get providers(): never {
          throw new Error('secret detail');
        },
      },
    }),
  });
  try {
    const own = await broken.account(100);
    const { errors } = await askGraph(broken, own, '{ leadSearch(query: "fault") { resultsCount } }');
    expect(errors).toMatchObject([{ extensions: { code: 'internal_error' } }]);
    expect(errors[0]?.message).not.toContain('secret');
    const id = /Error id: ([\w-]+)/.exec(errors[0]?.message ?? '')?.[1];
    expect(id).toBeTruthy();
    expect(JSON.stringify(broken.lines)).toContain(id);
    expect(await broken.balance(own)).toBe(100);
  } finally {
    await broken.close();
  }
});

test('a client that goes away stops the work, and nothing that was not stored is charged', async () => {
  const own = await gateway.account(100);
  gateway.desk.sites.set('slow.org', { '/': { body: '<p>info@slow.org</p>', afterMilliseconds: 3_000 } });
  const controller = new AbortController();
  const request = fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${own.api_key}`, 'x-user-id': own.user_id },
    body: JSON.stringify({ query: '{ websiteCrawl(domain: "http://slow.org") { emails } }' }),
  });
  setTimeout(() => controller.abort(), 300);
  await expect(request).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { data } = await askGraph(gateway, own, '{ account { balance held } }');
  expect(data.account).toEqual({ balance: 100, held: 0 });
});
