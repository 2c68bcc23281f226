import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store, { adminToken: 'admin-token-of-the-tests' });
  });
  afterAll(() => gateway?.close());

  test('an operation whose bound is over its ceiling fails before any upstream call; cached answers pass', async () => {
    const account = await gateway.account(100);
    const query = (ceiling: number) =>
      `{ leadSearch(query: "ceiling", maxCredits: ${ceiling}) { resultsCount credits { used cached } } }`;
    const refused = await askGraph(gateway, account, query(9));
    expect(refused.errors).toMatchObject([{ path: ['leadSearch'], extensions: { code: 'max_credits_exceeded' } }]);
    expect(gateway.desk.asked.searches.filter((each) => each.query === 'ceiling')).toEqual([]);
    expect((await askGraph(gateway, account, query(10))).data.leadSearch.credits).toEqual({ used: 10, cached: false });
    expect((await askGraph(gateway, account, query(0))).data.leadSearch.credits).toEqual({ used: 0, cached: true });
    expect(await gateway.balance(account)).toBe(90);
  });

  test('places buy details up to the ceiling and say which they left out; at 0 the cached rows', async () => {
    const account = await gateway.account(1_000);
    gateway.desk.lists.set('trim', { ids: ['t1', 't2', 't3', 't4'] });
    const query = (ceiling: number) =>
      `{ placesSearch(keyword: "trim", maxCredits: ${ceiling}) { partial resultsCount skipped { placeId reason } credits { used } } }`;
    const two = await askGraph(gateway, account, query(25));
    expect(two.data.placesSearch).toEqual({
      partial: true,
      resultsCount: 2,
      skipped: [
        { placeId: 't3', reason: 'max_credits' },
        { placeId: 't4', reason: 'max_credits' },
      ],
      credits: { used: 20 },
    });
    expect((await askGraph(gateway, account, query(0))).data.placesSearch).toMatchObject({
      resultsCount: 2,
      credits: { used: 0 },
    });
  });

  test('X-Max-Credits bounds a hundred aliases at once', async () => {
    const account = await gateway.account(10_000);
    const aliases = Array.from(
      { length: 100 },
      (_, index) => `a${index}: leadSearch(query: "alias ${index}") { credits { used } }`,
    );
    const { data, errors, extensions } = await askGraph(gateway, account, `{ ${aliases.join(' ')} }`, {
      headers: { 'x-max-credits': '55' },
    });
    expect(extensions.credits).toBe(50);
    expect(errors).toHaveLength(95);
    expect(new Set(errors.map(({ extensions: each }) => each?.code))).toEqual(new Set(['max_credits_exceeded']));
    expect(Object.values(data).filter(Boolean)).toHaveLength(5);
    expect(await gateway.balance(account)).toBe(9_950);
  });

  test('a field that finds too little waits while others may give back', async () => {
    const account = await gateway.account(1_000);
    for (const name of ['give1', 'give2', 'give3'])
      gateway.desk.sites.set(`${name}.org`, { '/': `<p>info@${name}.org</p>` });
    const { data, extensions } = await askGraph(
      gateway,
      account,
      '{ websiteCrawls(domains: ["http://give1.org", "http://give2.org", "http://give3.org"], maxCredits: 17) { credits { used } } }',
    );
    expect(data.websiteCrawls).toEqual([{ credits: { used: 1 } }, { credits: { used: 1 } }, { credits: { used: 1 } }]);
    expect(extensions.credits).toBe(3);
  });

  test('a malformed ceiling is refused and nothing runs', async () => {
    const account = await gateway.account(100);
    for (const ceiling of ['ten', '-1', '1.5', '']) {
      const { status, errors } = await askGraph(
        gateway,
        account,
        '{ leadSearch(query: "malformed") { resultsCount } }',
        { headers: { 'x-max-credits': ceiling } },
      );
      expect(status).toBe(200);
      expect(errors).toMatchObject([{ extensions: { code: 'invalid_param' } }]);
    }
    expect(
      (await askGraph(gateway, account, '{ leadSearch(query: "malformed", maxCredits: -1) { resultsCount } }')).errors,
    ).toMatchObject([{ extensions: { code: 'invalid_param' } }]);
    expect(gateway.desk.asked.searches.filter((each) => each.query === 'malformed')).toEqual([]);
  });

  test('a quote is free, asks nobody, and knows what is cached', async () => {
    const account = await gateway.account(100);
    await askGraph(gateway, account, '{ leadSearch(query: "quoted") { resultsCount } }');
    const asked = gateway.desk.asked.searches.length;
    const { data, extensions } = await askGraph(
      gateway,
      account,
      `{ quote(inputs: [
        { leadSearch: { query: "quoted" } },
        { websiteCrawl: { domain: "quote.org" } },
        { placesSearch: { keyword: "x", maxCredits: 40 } },
        { placeReviews: { placeId: "q" } },
        { adSpy: { query: "quoted" } }
      ]) { min max cachedItems items { min max cached } } }`,
    );
    expect(data.quote).toEqual({
      min: 5,
      max: 0 + 15 + 40 + 5 + 10,
      cachedItems: 1,
      items: [
        { min: 0, max: 0, cached: true },
        { min: 0, max: 15, cached: false },
        { min: 0, max: 40, cached: false },
        { min: 5, max: 5, cached: false },
        { min: 0, max: 10, cached: false },
      ],
    });
    expect(extensions.credits).toBe(0);
    expect(gateway.desk.asked.searches.length).toBe(asked);
  });

  test('freshness: maxAgeSeconds 0 fetches and charges anew; cacheOnly never does either', async () => {
    const account = await gateway.account(100);
    const query = (freshness: string) =>
      `{ leadSearch(query: "fresh", freshness: ${freshness}) { credits { used cached } } }`;
    expect((await askGraph(gateway, account, query('{ cacheOnly: true }'))).errors).toMatchObject([
      { extensions: { code: 'not_cached' } },
    ]);
    expect((await askGraph(gateway, account, query('{ maxAgeSeconds: 0 }'))).data.leadSearch.credits.used).toBe(10);
    expect((await askGraph(gateway, account, query('{ cacheOnly: true }'))).data.leadSearch.credits).toEqual({
      used: 0,
      cached: true,
    });
    expect((await askGraph(gateway, account, query('{ maxAgeSeconds: 3600 }'))).data.leadSearch.credits.used).toBe(0);
    expect((await askGraph(gateway, account, query('{ maxAgeSeconds: 0 }'))).data.leadSearch.credits.used).toBe(10);
    expect(await gateway.balance(account)).toBe(80);
  });

  test('an Idempotency-Key runs and pays once, tells 0 the second time, and refuses another input', async () => {
    const account = await gateway.account(100);
    gateway.desk.searches.set('once', { results: numberedRows(3), ads: numberedAds(8) });
    const query = '{ spy: adSpy(query: "once") { freshCount credits { spent: used cached charges { credits } } } }';
    const headers = { 'idempotency-key': 'once-1' };
    const [first, twin] = await Promise.all([
      askGraph(gateway, account, query, { headers }),
      askGraph(gateway, account, query, { headers }),
    ]);
    expect([first.extensions.credits, twin.extensions.credits].sort()).toEqual([0, 10]);
    const again = await askGraph(gateway, account, query, { headers });
    expect(again.data.spy).toEqual({ freshCount: 8, credits: { spent: 0, cached: true, charges: [] } });
    expect(gateway.desk.asked.searches.filter((each) => each.query === 'once')).toHaveLength(1);
    expect(await gateway.balance(account)).toBe(90);
    const other = await askGraph(gateway, account, '{ adSpy(query: "other") { freshCount } }', { headers });
    expect(other.errors).toMatchObject([{ extensions: { code: 'invalid_param' } }]);
  });

  test('a key with a ceiling and a list of operations can do neither more', async () => {
    const account = await gateway.account(1_000);
    const made = await askGraph(
      gateway,
      account,
      'mutation { createApiKey(name: "small", cap: 12, operations: [LEAD_SEARCH]) { apiKey prefix } }',
    );
    const small = { ...account, api_key: made.data.createApiKey.apiKey as string };
    expect((await askGraph(gateway, small, '{ websiteCrawl(domain: "x.org") { emails } }')).errors).toMatchObject([
      { extensions: { code: 'invalid_api_key' } },
    ]);
    expect(
      (await askGraph(gateway, small, '{ leadSearch(query: "capped 1") { credits { used } } }')).data.leadSearch.credits
        .used,
    ).toBe(10);
    expect(
      (await askGraph(gateway, small, '{ leadSearch(query: "capped 2") { credits { used } } }')).data.leadSearch.credits
        .used,
    ).toBe(2);
    expect(
      (await askGraph(gateway, small, '{ leadSearch(query: "capped 3") { credits { used } } }')).errors,
    ).toMatchObject([{ extensions: { code: 'insufficient_credits' } }]);
    const { data } = await askGraph(
      gateway,
      account,
      '{ account { keys { prefix name cap usedThisMonth operations } } }',
    );
    expect(data.account.keys[1]).toEqual({
      prefix: made.data.createApiKey.prefix,
      name: 'small',
      cap: 12,
      usedThisMonth: 12,
      operations: ['LEAD_SEARCH'],
    });
    await askGraph(gateway, account, `mutation { revokeApiKey(prefix: "${made.data.createApiKey.prefix}") }`);
    expect((await askGraph(gateway, small, '{ account { userId } }')).status).toBe(401);
  });

  test('the account shows its books; their sum is the balance', async () => {
    const account = await gateway.account(100);
    await askGraph(gateway, account, '{ leadSearch(query: "books") { resultsCount } }');
    const { data } = await askGraph(
      gateway,
      account,
      '{ account { userId balance held available ledger(first: 1) { nodes { kind amount balanceAfter operation charges { rule credits } } pageInfo { hasNextPage endCursor } } usage(days: 2) { operation calls credits } } }',
    );
    expect(data.account).toMatchObject({
      userId: Number(account.user_id),
      balance: 90,
      held: 0,
      available: 90,
      ledger: {
        nodes: [{ kind: 'USAGE', amount: -10, balanceAfter: 90, operation: 'LEAD_SEARCH', charges: [{ credits: 10 }] }],
        pageInfo: { hasNextPage: true },
      },
      usage: [{ operation: 'LEAD_SEARCH', calls: 1, credits: 10 }],
    });
    const next = await askGraph(
      gateway,
      account,
      `{ account { ledger(first: 5, after: "${data.account.ledger.pageInfo.endCursor}") { nodes { kind amount } pageInfo { hasNextPage } } } }`,
    );
    expect(next.data.account.ledger).toEqual({
      nodes: [{ kind: 'GRANT', amount: 100 }],
      pageInfo: { hasNextPage: false },
    });
  });

  test('the operator opens accounts, grants, rotates, closes; nobody else does', async () => {
    const headers = { authorization: 'Bearer admin-token-of-the-tests' };
    const made = await askGraph(
      gateway,
      null,
      'mutation { createAccount(userId: 900001, credits: 5) { userId apiKey balance } }',
      { headers },
    );
    expect(made.data.createAccount).toMatchObject({ userId: 900001, balance: 5 });
    const granted = await askGraph(
      gateway,
      null,
      'mutation { grantCredits(userId: 900001, credits: 7, note: "gift") { balance available } }',
      { headers },
    );
    expect(granted.data.grantCredits).toEqual({ balance: 12, available: 12 });
    const rotated = await askGraph(gateway, null, 'mutation { rotateApiKey(userId: 900001) { apiKey prefix } }', {
      headers,
    });
    const old = { user_id: '900001', api_key: made.data.createAccount.apiKey };
    expect((await askGraph(gateway, old, '{ account { balance } }')).status).toBe(401);
    const renewed = { ...old, api_key: rotated.data.rotateApiKey.apiKey };
    expect((await askGraph(gateway, renewed, '{ account { balance } }')).data.account.balance).toBe(12);
    expect(await askGraph(gateway, renewed, '{ accounts { userId } }')).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'forbidden' } }],
    });
    expect(
      (await askGraph(gateway, null, '{ invariant { rule } upstreams { name state } }', { headers })).data.invariant,
    ).toEqual([]);
    await askGraph(gateway, null, 'mutation { closeAccount(userId: 900001) { closedAt } }', { headers });
    expect((await askGraph(gateway, renewed, '{ account { balance } }')).status).toBe(401);
  });
});
