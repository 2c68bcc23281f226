import { afterAll, beforeAll, expect, test } from 'vitest';
import { setRecipe } from '../../packages/engine/src/accounts/recipes.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { createTestClock } from '../support/test-clock.ts';

const day = 86_400_000;
const mail = (address: string) => `<!doctype html><title>T</title><a href="mailto:${address}">${address}</a>`;

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterAll(() => gateway?.close());

  /** A gateway whose time stands still until the test moves it, on a cache of its own. */
  async function withGateway(options: GatewayOptions, run: (other: TestGateway) => Promise<void>): Promise<void> {
    const other = await startGateway(opened().store, {
      clock: createTestClock({ at: Date.UTC(2026, 5, 1) }),
      ...options,
    });
    try {
      await run(other);
    } finally {
      await other.close();
    }
  }

  const creditsOf = async (path: string, parameters: object, at = gateway) => {
    const { json } = await at.get(path, parameters);
    return json.credits_used ?? json.code;
  };

  test('H1 spaces and Unicode forms do not matter, letters do; each answer tells its own query', async () => {
    const account = await gateway.account();
    const ask = async (query: string) => {
      const { json } = await gateway.get('/search.php', { ...account, query });
      return [json.data.query, json.credits_used];
    };
    expect(await ask('h1 a b')).toEqual(['h1 a b', 10]);
    expect(await ask('  h1 a  b ')).toEqual(['h1 a  b', 0]);
    expect(await ask('h1\ta b')).toEqual(['h1\ta b', 0]);
    expect(await ask('h1 caf\u00e9')).toEqual(['h1 caf\u00e9', 10]);
    expect(await ask('h1 cafe\u0301')).toEqual(['h1 cafe\u0301', 0]);
    expect(await ask('h1 a OR b')).toEqual(['h1 a OR b', 10]);
    expect(await ask('h1 a or b')).toEqual(['h1 a or b', 10]);
    // Defaults spelled out are the same call, other values are not.
    expect(
      await creditsOf('/search.php', { ...account, query: 'h1 a b', se: 'google', page: 0, results_per_page: '010' }),
    ).toBe(0);
    expect(await creditsOf('/search.php', { ...account, query: 'h1 a b', page: 1 })).toBe(10);
    expect(await creditsOf('/search.php', { ...account, query: 'h1 a b', se: 'bing' })).toBe(10);
    expect(await creditsOf('/search.php', { ...account, query: 'h1 a b', results_per_page: 9 })).toBe(10);
  });

  test('H2 answers are shared by all users, or by none where the operator says so', async () => {
    const one = await gateway.account();
    const two = await gateway.account();
    expect(await creditsOf('/search.php', { ...one, query: 'h2' })).toBe(10);
    expect(await creditsOf('/search.php', { ...two, query: 'h2' })).toBe(0);
    await withGateway({ settings: { cacheScope: 'user' } }, async (other) => {
      other.desk.lists.set('h2', { ids: ['h2'] });
      other.desk.sites.set('h2.org', { '/': mail('a@h2.org') });
      const calls: [string, object, number][] = [
        ['/search.php', { query: 'h2' }, 10],
        ['/places/search.php', { keyword: 'h2' }, 10],
        ['/places/reviews.php', { place_id: 'h2' }, 5],
        ['/crawl.php', { domain: 'h2.org' }, 1],
      ];
      for (const [path, parameters, price] of calls) {
        const costs: number[] = [];
        for (const account of [one, one, two, two])
          costs.push(await creditsOf(path, { ...account, ...parameters }, other));
        expect([path, ...costs]).toEqual([path, price, 0, price, 0]);
      }
      other.desk.searches.set('h2 ads', { results: numberedRows(1), ads: numberedAds(1, 20_000) });
      await other.get('/ads.php', { ...one, query: 'h2 ads' });
      other.desk.searches.set('h2 ads', { results: numberedRows(1) });
      const { json } = await other.get('/ads.php', { ...two, query: 'h2 ads' });
      expect(json.data.historical_count).toBe(1);
    });
  });

  test('H3 a code and its dork are the same search', async () => {
    const account = await gateway.account();
    await setRecipe(opened().store, { accountId: null, code: 'h3', query: 'h3  dork', now: gateway.clock.date() });
    expect(await creditsOf('/search.php', { ...account, code: 'h3' })).toBe(10);
    expect(await creditsOf('/search.php', { ...account, query: 'h3 dork' })).toBe(0);
  });

  test('H4 nothing found is not kept; what was paid is', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('h4', { results: [] });
    expect(await creditsOf('/search.php', { ...account, query: 'h4' })).toBe(0);
    gateway.desk.searches.set('h4', { results: numberedRows(10) });
    expect(await creditsOf('/search.php', { ...account, query: 'h4' })).toBe(10);
    gateway.desk.sites.set('h4.org', { '/': '<title>Only a title</title>' });
    expect(await creditsOf('/crawl.php', { ...account, domain: 'h4.org' })).toBe(0);
    gateway.desk.sites.set('h4.org', { '/': mail('a@h4.org') });
    expect(await creditsOf('/crawl.php', { ...account, domain: 'h4.org' })).toBe(1);
    // Few results cost nothing and are kept all the same.
    gateway.desk.searches.set('h4 few', { results: numberedRows(3) });
    await gateway.get('/search.php', { ...account, query: 'h4 few' });
    const asked = gateway.desk.asked.searches.length;
    await gateway.get('/search.php', { ...account, query: 'h4 few' });
    expect(gateway.desk.asked.searches).toHaveLength(asked);
  });

  test('H5 an answer is a hit until its time is over, from the fetch on', async () => {
    await withGateway({}, async (other) => {
      const account = await other.account(2_000);
      other.desk.sites.set('h5.org', { '/': mail('a@h5.org') });
      other.desk.lists.set('h5', { ids: ['h5'] });
      const calls: [string, object, number, number][] = [
        ['/search.php', { query: 'h5' }, 7, 10],
        ['/crawl.php', { domain: 'h5.org' }, 14, 1],
        ['/places/reviews.php', { place_id: 'h5' }, 7, 5],
        ['/places/search.php', { keyword: 'h5' }, 30, 10],
      ];
      for (const [path, parameters, days, price] of calls) {
        const ask = () => creditsOf(path, { ...account, ...parameters }, other);
        expect([path, await ask()]).toEqual([path, price]);
        other.clock.advance(days * day - 1_000);
        expect([path, await ask()]).toEqual([path, 0]);
        other.clock.advance(1_000);
        expect([path, await ask()]).toEqual([path, price]);
      }
    });
  });

  test('H6 an answer past its time is not given, also where the upstream is down', async () => {
    await withGateway({}, async (other) => {
      const account = await other.account();
      expect(await creditsOf('/search.php', { ...account, query: 'h6' }, other)).toBe(10);
      other.clock.advance(7 * day);
      other.desk.searches.set('h6', { status: 500, body: 'x' });
      const { status, json } = await other.get('/search.php', { ...account, query: 'h6' });
      expect([status, json.code]).toEqual([502, 'search_error']);
      expect(await other.balance(account)).toBe(990);
    });
  });

  test('H7 spellings of one address are one crawl; scheme and www. are not', async () => {
    const account = await gateway.account();
    for (const host of ['h7.org', 'www.h7.org'])
      gateway.desk.sites.set(host, { '/': mail('a@h7.org'), '/Path': mail('b@h7.org') });
    const cases: [string, number, string][] = [
      ['H7.org/', 1, 'https://h7.org'],
      ['https://h7.org', 0, 'https://h7.org'],
      ['HTTPS://H7.ORG:443/#top', 0, 'https://h7.org'],
      ['http://h7.org', 1, 'http://h7.org'],
      ['http://h7.org:80/', 0, 'http://h7.org'],
      ['www.h7.org', 1, 'https://www.h7.org'],
      ['h7.org/Path/', 1, 'https://h7.org/Path'],
      ['h7.org/Path#x', 0, 'https://h7.org/Path'],
    ];
    for (const [domain, price, normal] of cases) {
      // The last page answers with and without a slash, as most servers do.
      gateway.desk.sites.get('h7.org')!['/Path/'] = mail('b@h7.org');
      const { json } = await gateway.get('/crawl.php', { ...account, domain });
      expect([domain, json.credits_used, json.data.domain]).toEqual([domain, price, normal]);
    }
  });

  test("H8 a crawl does not fill an ad's landing page, nor the other way round", async () => {
    const account = await gateway.account();
    const countOf = (host: string) => gateway.desk.asked.pages.filter((page) => page === `${host}/`).length;
    for (const host of ['h8a.org', 'h8b.org']) gateway.desk.sites.set(host, { '/': mail(`a@${host}`) });
    gateway.desk.searches.set('h8', {
      results: numberedRows(1),
      ads: ['h8a.org', 'h8b.org'].map((host) => ({
        title: host,
        link: `https://${host}/`,
        text: 'An offer of the day.',
      })),
    });
    await gateway.get('/crawl.php', { ...account, domain: 'h8a.org' });
    expect(countOf('h8a.org')).toBe(1);
    await gateway.get('/ads.php', { ...account, query: 'h8' });
    expect([countOf('h8a.org'), countOf('h8b.org')]).toEqual([2, 1]);
    await gateway.get('/ads.php', { ...account, query: 'h8' });
    expect([countOf('h8a.org'), countOf('h8b.org')]).toEqual([2, 1]);
    expect(await creditsOf('/crawl.php', { ...account, domain: 'h8b.org' })).toBe(1);
  });

  test('H8 landing pages are looked at again after 7 days', async () => {
    await withGateway({}, async (other) => {
      const account = await other.account();
      other.desk.sites.set('h8c.org', { '/': mail('a@h8c.org') });
      other.desk.searches.set('h8c', { results: numberedRows(1), ads: [{ title: 'C', link: 'https://h8c.org/' }] });
      const looks: number[] = [];
      for (const milliseconds of [0, 7 * day - 1_000, 1_000]) {
        other.clock.advance(milliseconds);
        await other.get('/ads.php', { ...account, query: 'h8c' });
        looks.push(other.desk.asked.pages.filter((page) => page === 'h8c.org/').length);
      }
      expect(looks).toEqual([1, 1, 2]);
    });
  });

  test('H9 ads are asked for at every call, also at two at once', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('h9', { results: numberedRows(1), ads: numberedAds(8, 9_900) });
    const asked = () => gateway.desk.asked.searches.filter(({ query }) => query === 'h9').length;
    const first = await gateway.get('/ads.php', { ...account, query: 'h9' });
    const second = await gateway.get('/ads.php', { ...account, query: 'h9' });
    expect([first.json.credits_used, second.json.credits_used, asked()]).toEqual([10, 10, 2]);
    await Promise.all([1, 2].map(() => gateway.get('/ads.php', { ...account, query: 'h9' })));
    expect(asked()).toBe(4);
  });

  test('H10 ads of a query in any case of its letters, on any page, for everybody', async () => {
    const one = await gateway.account();
    const two = await gateway.account();
    gateway.desk.searches.set('h10 SEO agency', { results: numberedRows(1), ads: numberedAds(2, 10_000) });
    await gateway.get('/ads.php', { ...one, query: ' h10 SEO  agency', page: 1 });
    for (const query of ['h10 seo agency', 'h10 seo firm'])
      gateway.desk.searches.set(query, { results: numberedRows(1) });
    const count = async (parameters: object) =>
      (await gateway.get('/ads.php', { ...two, ...parameters })).json.data.historical_count;
    expect(await count({ query: 'h10 seo agency' })).toBe(2);
    expect(await count({ query: 'h10 seo agency', se: 'bing' })).toBe(0);
    expect(await count({ query: 'h10 seo firm' })).toBe(0);
  });

  test('H11 the same ad under another click id or another text is one ad', async () => {
    const account = await gateway.account();
    const look = async (link: string, title: string, text: string) => {
      gateway.desk.searches.set('h11', { results: numberedRows(1), ads: [{ link, title, text }] });
      const { json } = await gateway.get('/ads.php', { ...account, query: 'h11' });
      return json.data;
    };
    await look('https://h11.org/offer?gclid=1&utm_source=google', 'Best Offer', 'The first text of the ad.');
    const again = await look('https://h11.org/offer?gclid=2', 'BEST  offer', 'Another text of the same ad.');
    expect([again.fresh_count, again.historical_count]).toEqual([1, 0]);
    expect(again.results[0]).toMatchObject({ ad_text: 'Another text of the same ad.' });
    const other = await look('https://h11.org/other', 'Best Offer', 'Another text of the same ad.');
    expect([other.fresh_count, other.historical_count]).toEqual([1, 1]);
  });

  test('H12 a new ad was first and last seen now; first_seen stays', async () => {
    await withGateway({}, async (other) => {
      const account = await other.account();
      other.desk.searches.set('h12', { results: numberedRows(1), ads: numberedAds(1, 12_000) });
      const look = async () => (await other.get('/ads.php', { ...account, query: 'h12' })).json.data.results[0]!;
      expect(await look()).toMatchObject({ first_seen: '2026-06-01 00:00:00', last_seen: '2026-06-01 00:00:00' });
      other.clock.advance(day + 61_000);
      expect(await look()).toMatchObject({ first_seen: '2026-06-01 00:00:00', last_seen: '2026-06-02 00:01:01' });
    });
  });

  test('H14 places are kept for 30 days, or as long as the operator says', async () => {
    for (const placesCacheDays of [30, 2]) {
      await withGateway({ settings: { placesCacheDays } }, async (other) => {
        const account = await other.account();
        const keyword = `h14-${placesCacheDays}`;
        other.desk.lists.set(keyword, { ids: [keyword] });
        const ask = () => creditsOf('/places/search.php', { ...account, keyword }, other);
        const first = await ask();
        other.clock.advance(placesCacheDays * day - 1_000);
        const second = await ask();
        other.clock.advance(1_000);
        expect([placesCacheDays, first, second, await ask()]).toEqual([placesCacheDays, 10, 0, 10]);
      });
    }
  });
});
