import { countTokens } from 'gpt-tokenizer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { captchaPage } from '../support/engine-pages.ts';
import { connectHttp, eras, type McpTestClient } from '../support/mcp-client.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
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

describe.each(eras)('in the revision %s', (era) => {
  let account: TestAccount;
  let mcp: McpTestClient;
  beforeAll(async () => {
    account = await gateway.account();
    mcp = await connectHttp(gateway.url, { apiKey: account.api_key, era });
  });
  afterAll(() => mcp?.close());

  test('a search has rows as in REST, the bill, what is left and what was met', async () => {
    const { data, text, isError } = await mcp.call('lead_search', { query: `plumbers ${era}`, limit: 10 });
    expect(isError).toBe(false);
    expect(data).toMatchObject({
      credits: 10,
      remaining: 990,
      truncated: false,
      results_id: null,
      next_cursor: null,
      coverage: { provider: 'scraperapi', status: 'OK', pages_tried: 1, notes: [] },
    });
    expect(data.results).toHaveLength(10);
    expect(Object.keys(data.results[0])).toEqual(['title', 'link', 'description', 'emails', 'phones']);
    expect(text).toContain('10 rows. 10 credits, 990 left.');
    expect(text).toContain('| Result 1 | https://site1.org/ |');
  });

  test('the same search again is free', async () => {
    const { data } = await mcp.call('lead_search', { query: `plumbers ${era}` });
    expect(data).toMatchObject({ credits: 0, remaining: 990 });
  });

  test('a failed item among many is a row with its error, the others stand', async () => {
    gateway.desk.sites.set(`good-${era}.org`, { '/': `<p>info@good-${era}.org</p>` });
    const { data, isError } = await mcp.call('website_crawl', {
      domains: [`http://good-${era}.org`, 'nowhere.invalid', 'http://127.0.0.1/'],
    });
    expect(isError).toBe(false);
    expect(data.results).toMatchObject([
      { domain: `http://good-${era}.org`, emails: [`info@good-${era}.org`] },
      { domain: 'nowhere.invalid', error: { code: 'crawl_error', retryAfterSeconds: 5 } },
      { domain: 'http://127.0.0.1/', error: { code: 'invalid_param' } },
    ]);
    expect(data).toMatchObject({ credits: 1, coverage: { status: 'PARTIAL' } });
  });

  test('a single call that fails is an error with its code', async () => {
    const { data, text, isError } = await mcp.call('website_crawl', { domains: ['nowhere.invalid'] });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ code: 'crawl_error', retryAfterSeconds: 5 });
    expect(text).toContain('Try again in 5 seconds.');
  });

  test('a blocked search is an error that says so, never an empty answer', async () => {
    gateway.desk.searches.set(`blocked ${era}`, { body: captchaPage });
    const { data, text, isError } = await mcp.call('lead_search', { query: `blocked ${era}` });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ code: 'search_error', retryAfterSeconds: 5, coverage: { status: 'BLOCKED' } });
    expect(text).toContain('not the same as nothing found');
  });

  test('the list of tools as a client gets it is at most 2,000 tokens', async () => {
    expect(countTokens(JSON.stringify(await mcp.client.listTools()))).toBeLessThanOrEqual(2_000);
  });

  test('an argument that is not there or not right is named', async () => {
    const wrong: [string, Record<string, unknown>, string, string][] = [
      ['lead_search', { q: 'x' }, 'invalid_param', '"q"'],
      ['lead_search', {}, 'missing_param', 'query'],
      ['lead_search', { query: 'x', limit: 0 }, 'invalid_param', 'limit'],
      ['lead_search', { query: 'x', max_credits: -1 }, 'invalid_param', 'max_credits'],
      ['lead_search', { query: 'x', max_credits: '5' }, 'invalid_param', 'max_credits'],
      ['lead_search', { query: 'x', code: 'unknown' }, 'invalid_code', 'code'],
      ['website_crawl', { domains: [] }, 'invalid_param', 'domains'],
      ['website_crawl', { domains: 'a.org' }, 'invalid_param', 'domains'],
      ['place_reviews', { place_ids: Array.from({ length: 21 }, String) }, 'invalid_param', 'place_ids'],
      ['places_search', { keyword: 'x', with: ['all'] }, 'invalid_param', 'with'],
      ['ad_spy', { query: 'x', engine: 'yahoo' }, 'invalid_param', 'engine'],
      ['ad_history', { query: 'x', as_of: 'yesterday' }, 'invalid_param', 'as_of'],
      ['ad_history', { query: 'x', as_of: '2026-01-01', since: '2026-01-01' }, 'invalid_param', 'since'],
      ['quote', { inputs: [{ tool: 'nothing' }] }, 'invalid_param', 'inputs'],
      ['results', { id: 'nothing' }, 'not_found', 'id'],
      ['results', { id: 'nothing', cursor: 'x' }, 'invalid_param', 'cursor'],
    ];
    for (const [name, given, code, argument] of wrong) {
      const { data, isError } = await mcp.call(name, given);
      expect({ isError, code: data.code }, JSON.stringify(given)).toEqual({ isError: true, code });
      expect(data.message).toContain(argument);
    }
  });

  test('places can be joined with their contacts and reviews, each failure in its place', async () => {
    const id = (name: string) => `${name}-${era}`;
    gateway.desk.lists.set(id('cafes'), { ids: [id('one'), id('two'), id('three')], next: id('token') });
    gateway.desk.places.set(id('one'), { websiteUri: `http://cafe-${era}.org` });
    gateway.desk.places.set(id('two'), { websiteUri: 'http://gone.invalid' });
    gateway.desk.places.set(id('three'), { websiteUri: '' });
    gateway.desk.sites.set(`cafe-${era}.org`, { '/': `<p>hello@cafe-${era}.org</p>` });
    const trusted = await createKey(opened.store, {
      accountId: Number(account.user_id),
      approveAbove: 1_000,
      now: gateway.clock.date(),
    });
    const open = await connectHttp(gateway.url, { apiKey: trusted!.apiKey, era });
    const { data } = await open.call('places_search', { keyword: id('cafes'), with: ['contacts', 'reviews'] });
    await open.close();
    expect(data.results.map((row: { contacts: unknown }) => row.contacts)).toMatchObject([
      { emails: [`hello@cafe-${era}.org`] },
      { error: { code: 'crawl_error' } },
      null,
    ]);
    for (const row of data.results) expect(Array.isArray(row.reviews) || row.reviews.error).toBeTruthy();
    expect(data.next_page_token).toBe(id('token'));
    expect(data.credits).toBe(3 * 10 + 1 + 3 * 5);
  });

  test('history tells what ad_spy has seen, free', async () => {
    gateway.desk.searches.set(`ads ${era}`, {
      results: [],
      ads: [{ title: 'Ad one', link: 'http://ad-one.org/', text: 'Buy' }],
    });
    const seen = await mcp.call('ad_spy', { query: `ads ${era}` });
    expect(seen.data.results).toMatchObject([{ title: 'Ad one', is_active: true }]);
    const stored = await mcp.call('ad_history', { query: `ads ${era}` });
    expect(stored.data).toMatchObject({ credits: 0, results: [{ title: 'Ad one', is_active: true, times_seen: 1 }] });
    const changed = await mcp.call('ad_history', { query: `ads ${era}`, since: '2000-01-01' });
    expect(changed.data.results).toMatchObject([{ change: 'new', title: 'Ad one' }]);
  });

  test('quote tells prices without a call, and what is left', async () => {
    const prices = await mcp.call('quote');
    expect(prices.data.results).toMatchObject([
      { tool: 'lead_search', min: 0, max: 10 },
      { tool: 'website_crawl', max: 15 },
      { tool: 'places_search', max: 200 },
      { tool: 'place_reviews', max: 5 },
      { tool: 'ad_spy', max: 10 },
    ]);
    const { data } = await mcp.call('quote', {
      inputs: [
        { tool: 'website_crawl', arguments: { domains: [`http://good-${era}.org`, 'http://other.org'] } },
        { tool: 'places_search', arguments: { keyword: 'x', max_credits: 30 } },
      ],
    });
    expect(data.results).toMatchObject([
      { tool: 'website_crawl', min: 0, max: 15, cached_items: 1 },
      { tool: 'places_search', max: 30 },
      { tool: 'total', max: 45 },
    ]);
    expect(data.credits).toBe(0);
  });

  test('a quote may be written in the ways that models write it', async () => {
    const ways = [
      { tool: 'website_crawl', arguments: { domains: ['http://a.org'] } },
      { operation: 'website_crawl', domains: ['http://a.org'] },
      { website_crawl: { domain: 'http://a.org' } },
      { tool: 'place_reviews', arguments: { placeId: 'a' } },
      { tool: 'lead_search', query: 'x', results_per_page: 5 },
    ];
    const { data } = await mcp.call('quote', { inputs: ways });
    expect(data.results.map(({ max }: { max: number }) => max)).toEqual([15, 15, 15, 5, 10, 60]);
  });
});
