import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createLeadGenClient, graphql, LeadGenClientError } from '@leadgen/graphql-gateway/client';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { bareEnvironment } from '../support/run-leadgen.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

const clientOf = ({ api_key, user_id }: TestAccount) =>
  createLeadGenClient({ url: gateway.url, apiKey: api_key, userId: Number(user_id) });

const searchDocument = graphql(`
  query ($query: String!, $ceiling: Int) {
    leadSearch(query: $query, maxCredits: $ceiling) {
      searchEngine
      resultsCount
      credits { used cached }
    }
  }
`);

test('the example walks from a keyword to contacts, within its ceiling', async () => {
  const account = await gateway.account(100);
  gateway.desk.lists.set('bakeries', { ids: ['bakery-1', 'bakery-2', 'bakery-3'] });
  for (const id of ['bakery-1', 'bakery-2', 'bakery-3']) {
    gateway.desk.places.set(id, { displayName: { text: `The ${id}` }, websiteUri: `http://${id}.org/` });
    gateway.desk.sites.set(`${id}.org`, { '/': `<p>Write to <a href="mailto:hello@${id}.org">us</a></p>` });
  }
  const example = fileURLToPath(new URL('../../examples/typescript/places-to-contacts.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [example, 'bakeries', '60'], {
    env: {
      ...bareEnvironment(),
      LEADGEN_BASE_URL: gateway.url,
      LEADGEN_API_KEY: account.api_key,
      LEADGEN_USER_ID: account.user_id,
    },
  });
  expect(stdout.split('\n')[2]).toBe('The bakery-3\t(212) 555-0147\thello@bakery-3.org (http://bakery-3.org)');
  expect(stderr).toContain('It can cost 60 credits at most.');
  expect(stderr).toContain('It cost 33 credits.');
  expect(await gateway.balance(account)).toBe(67);
});

test('variables and answers have the types of the query', async () => {
  const client = clientOf(await gateway.account(100));
  const { data, credits, errors } = await client.query(searchDocument, { query: 'typed' });
  expectTypeOf(data).toEqualTypeOf<{
    leadSearch: {
      searchEngine: 'GOOGLE' | 'BING' | 'YAHOO' | 'DUCKDUCKGO';
      resultsCount: number;
      credits: { used: number; cached: boolean };
    } | null;
  }>();
  expect(data).toEqual({
    leadSearch: { searchEngine: 'GOOGLE', resultsCount: 10, credits: { used: 10, cached: false } },
  });
  expect([credits, errors]).toEqual([10, []]);
  // @ts-expect-error the query is a text.
  await expect(client.query(searchDocument, { query: 5 })).rejects.toThrow(LeadGenClientError);
});

test('a failed part is told beside the rest; the ceiling and the Idempotency-Key reach the gateway', async () => {
  const account = await gateway.account(100);
  const client = clientOf(account);
  const refused = await client.query(searchDocument, { query: 'refused' }, { maxCredits: 9 });
  expect(refused.data.leadSearch).toBeNull();
  expect(refused.errors).toMatchObject([{ path: ['leadSearch'], extensions: { code: 'max_credits_exceeded' } }]);
  const twice = () => client.query(searchDocument, { query: 'twice' }, { idempotencyKey: 'client-1' });
  expect([(await twice()).credits, (await twice()).credits]).toEqual([10, 0]);
  expect(await gateway.balance(account)).toBe(90);
});

test('what was not answered at all is an error with the code of the table', async () => {
  const account = await gateway.account(100);
  const stranger = clientOf({ ...account, api_key: 'wrong' });
  await expect(stranger.query(searchDocument, { query: 'x' })).rejects.toMatchObject({
    name: 'LeadGenClientError',
    code: 'invalid_api_key',
    status: 401,
  });
  const elsewhere = createLeadGenClient({
    url: gateway.url,
    apiKey: 'x',
    userId: 1,
    fetch: async () => new Response('<html>', { status: 502 }),
  });
  await expect(elsewhere.query(searchDocument, { query: 'x' })).rejects.toMatchObject({ code: null, status: 502 });
  const gone = clientOf(account).query(searchDocument, { query: 'x' }, { signal: AbortSignal.abort() });
  await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
});
