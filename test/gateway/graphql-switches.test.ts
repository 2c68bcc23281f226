import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustedDocuments } from '../../packages/graphql-gateway/src/gateway.ts';
import { askGraph } from '../support/ask-graph.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { type GatewayOptions, startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore('pglite');
});
afterAll(() => opened?.close());

async function withGateway(
  doors: GatewayOptions['doors'],
  use: (gateway: TestGateway, account: TestAccount) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(opened.store, { ...(doors ? { doors } : {}) });
  try {
    await use(gateway, await gateway.account(100));
  } finally {
    await gateway.close();
  }
}

const parametersOf = ({ api_key, user_id }: TestAccount, more: Record<string, string>) =>
  new URLSearchParams({ api_key, user_id, ...more }).toString();

test('without introspection the schema is told to nobody, not even name by name', () =>
  withGateway({ introspection: false }, async (gateway, account) => {
    const whole = await askGraph(gateway, account, getIntrospectionQuery());
    expect(whole.data).toBeNull();
    expect(whole.errors[0]?.message).toMatch(/introspection/i);
    const near: [string, Record<string, unknown>][] = [
      ['{ leadSerch(query: "x") { page } }', {}],
      ['{ leadSearch(qery: "x") { page } }', {}],
      ['{ leadSearch(query: "x", engine: GOOGEL) { page } }', {}],
      ['query ($engine: SearchEngine) { leadSearch(query: "x", engine: $engine) { page } }', { engine: 'GOOGEL' }],
      [
        'query ($freshness: Freshness) { leadSearch(query: "x", freshness: $freshness) { page } }',
        { freshness: { cacheOnl: true } },
      ],
      ['{ ... on Qery { __typename } }', {}],
    ];
    for (const [query, variables] of near) {
      const { errors } = await askGraph(gateway, account, query, { variables });
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.map(({ message }) => message).join()).not.toMatch(/did you mean/i);
    }
    expect((await askGraph(gateway, account, '{ __typename account { userId } }')).errors).toEqual([]);
  }));

test('with introspection a near name is suggested', () =>
  withGateway({}, async (gateway, account) => {
    const { errors } = await askGraph(gateway, account, '{ leadSerch(query: "x") { page } }');
    expect(errors[0]?.message).toMatch(/did you mean "leadSearch"/i);
  }));

test('GraphiQL is a page for browsers, and none where it is switched off', async () => {
  const page = (gateway: TestGateway) => gateway.raw('/graphql', { headers: { accept: 'text/html' } });
  await withGateway({ graphiql: true }, async (gateway) => {
    const { status, text, headers } = await page(gateway);
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(text).toContain('PlacesToContacts');
    expect(text).not.toMatch(/<script[^>]+src="https?:/);
  });
  await withGateway({ graphiql: false }, async (gateway) => {
    const { status, text } = await page(gateway);
    expect(status).not.toBe(200);
    expect(text).not.toContain('PlacesToContacts');
  });
});

test('queries by GET are answered; nothing that is said to a key may be kept by a cache', () =>
  withGateway({}, async (gateway, account) => {
    const query =
      'query Q($q: String!) { leadSearch(query: $q) { resultsCount credits { used } } } query R { account { userId } }';
    const byGet = await gateway.raw(
      `/graphql?${parametersOf(account, { query, operationName: 'Q', variables: '{"q":"by get"}' })}`,
      { headers: { accept: 'application/graphql-response+json' } },
    );
    expect(JSON.parse(byGet.text)).toEqual({
      data: { leadSearch: { resultsCount: 10, credits: { used: 10 } } },
      extensions: { credits: 10 },
    });
    const byHeader = await gateway.raw(`/graphql?${new URLSearchParams({ query: '{ account { userId } }' })}`, {
      headers: { authorization: `Bearer ${account.api_key}`, 'x-user-id': account.user_id },
    });
    const refused = await gateway.raw(`/graphql?${new URLSearchParams({ query: '{ account { userId } }' })}`);
    const posted = await askGraph(gateway, account, '{ account { userId } }');
    const invalid = await askGraph(gateway, account, '{ nothing }');
    expect([byGet.status, byHeader.status, refused.status, posted.status]).toEqual([200, 200, 401, 200]);
    for (const { headers } of [byGet, byHeader, refused, posted, invalid]) {
      expect(headers.get('cache-control')).toBe('private, no-store');
      expect(headers.get('etag')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    }
    for (const text of [byGet.text, byHeader.text, refused.text]) expect(text).not.toContain(account.api_key);
  }));

test('a page of another origin can send no request with a key: a form is no JSON, and no other origin is allowed', () =>
  withGateway({}, async (gateway, account) => {
    const form = await gateway.raw('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'text/plain',
        authorization: `Bearer ${account.api_key}`,
        'x-user-id': account.user_id,
      },
      body: JSON.stringify({ query: 'mutation { saveRecipe(code: "x", query: "y") { code } }' }),
    });
    expect(form.status).toBe(415);
    const preflight = await gateway.raw('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.org',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.headers.get('access-control-allow-headers')).toBeNull();
  }));

const searches = 'query Searches($q: String!) { leadSearch(query: $q) { resultsCount } }';

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await scratchFolder('leadgen-documents-');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('trusted documents alone are executed, named by file, by hash or by the id of a manifest', async () => {
  const hash = createHash('sha256').update(searches).digest('hex');
  const folder = await folderOf({
    'searches.graphql': searches,
    'more.json': JSON.stringify({ 'sha256:abc': '{ account { userId } }' }),
    'notes.txt': 'not a document',
  });
  await withGateway({ trustedDocuments: folder }, async (gateway, account) => {
    const send = async (body: object) => {
      const { status, text } = await gateway.raw('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${account.api_key}`,
          'x-user-id': account.user_id,
        },
        body: JSON.stringify(body),
      });
      return { status, ...JSON.parse(text) };
    };
    const variables = { q: 'trusted' };
    const answer = { data: { leadSearch: { resultsCount: 10 } } };
    expect(await send({ documentId: 'searches', variables })).toMatchObject(answer);
    expect(await send({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } }, variables })).toMatchObject(
      answer,
    );
    const byGet = parametersOf(account, {
      variables: JSON.stringify(variables),
      extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }),
    });
    expect((await gateway.raw(`/graphql?${byGet}`)).json).toMatchObject(answer);
    expect(await send({ documentId: 'sha256:abc' })).toMatchObject({
      data: { account: { userId: Number(account.user_id) } },
    });
    for (const [body, message] of [
      [{ query: '{ account { userId } }' }, /persisted operations alone/],
      [{ query: '{ account { userId } }', documentId: 'searches' }, /persisted operations alone/],
      [{ query: getIntrospectionQuery() }, /persisted operations alone/],
      [{ documentId: 'unknown' }, /no persisted operation/],
      [{ documentId: 7 }, /send a documentId/],
      [{}, /send a documentId/],
    ] as const) {
      const { errors, data, status } = await send(body);
      expect(data ?? null).toBeNull();
      expect(errors[0].message).toMatch(message);
      expect(errors[0].extensions.code).toBe('invalid_param');
      expect(status).toBe(400);
    }
    expect(await gateway.balance(account)).toBe(90);
  });
});

test('documents that cannot be read or run end the start, in one line that says which', async () => {
  const nested = await folderOf({});
  await mkdir(join(nested, 'x.graphql'));
  for (const [folder, message] of [
    ['/nowhere/at/all', /^LEADGEN_TRUSTED_DOCUMENTS: \/nowhere\/at\/all can't be read: ENOENT/],
    [await folderOf({}), /has no \.graphql and no \.json file/],
    [nested, /can't be read: EISDIR/],
    [
      await folderOf({ 'a.graphql': '{ nothing }' }),
      /^LEADGEN_TRUSTED_DOCUMENTS: a\.graphql: Cannot query field "nothing"/,
    ],
    [await folderOf({ 'a.graphql': '{' }), /a\.graphql: Syntax Error/],
    [await folderOf({ 'a.json': '["x"]' }), /a\.json: it is not an object/],
    [
      await folderOf({ 'a.graphql': '{ __typename }', 'b.json': '{ "a": "{ account { userId } }" }' }),
      /b\.json: another document/,
    ],
  ] as const) {
    const start = trustedDocuments({ trustedDocuments: folder });
    await expect(start).rejects.toThrow(message);
    await expect(start).rejects.toThrow(/^[^\n]+$/);
  }
});
