import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

const joined = `query ($keyword: String!) {
  placesSearch(keyword: $keyword) {
    resultsCount
    results {
      name
      placeReviews { reviews { rating } credits { used } }
      websiteCrawl { emails contacts { kind value evidence { pageUrl method snippet } } credits { used } }
    }
    credits { used remaining charges { rule item credits } }
  }
}`;

forEachStore((opened) => {
  let gateway: TestGateway;
  let statements = 0;
  beforeAll(async () => {
    const { store } = opened();
    const counted = {
      ...store,
      query: (...parameters: Parameters<typeof store.query>) => {
        statements += 1;
        return store.query(...parameters);
      },
    } as typeof store;
    gateway = await startGateway(counted);
  });
  afterAll(() => gateway?.close());

  function twentyPlaces(keyword: string, host: (index: number) => string): void {
    const ids = Array.from({ length: 20 }, (_, index) => `${keyword}-${index}`);
    gateway.desk.lists.set(keyword, { ids });
    for (const [index, id] of ids.entries()) {
      gateway.desk.places.set(id, { websiteUri: `http://${host(index)}/` });
      gateway.desk.sites.set(host(index), { '/': `<p>Write to <a href="mailto:info@${host(index)}">us</a></p>` });
    }
  }

  test('one query walks from a keyword to contacts and reviews, and tells the sum', async () => {
    const account = await gateway.account(10_000);
    twentyPlaces('walk', (index) => `walk${index}.org`);
    const { data, errors, extensions } = await askGraph(gateway, account, joined, { variables: { keyword: 'walk' } });
    expect(errors).toEqual([]);
    expect(data.placesSearch.results).toHaveLength(20);
    expect(data.placesSearch.results[3].websiteCrawl.emails).toEqual(['info@walk3.org']);
    expect(data.placesSearch.results[3].websiteCrawl.contacts[0]).toEqual({
      kind: 'EMAIL',
      value: 'info@walk3.org',
      evidence: [{ pageUrl: 'http://walk3.org', method: 'mailto', snippet: 'us' }],
    });
    expect(data.placesSearch.credits.used).toBe(200);
    expect(extensions.credits).toBe(200 + 20 * 5 + 20);
    expect(await gateway.balance(account)).toBe(10_000 - 320);
  });

  test('all cached, it takes at most six statements and asks no upstream but for the list', async () => {
    const account = await gateway.account(10_000);
    twentyPlaces('cached', (index) => `cached${index}.org`);
    await askGraph(gateway, account, joined, { variables: { keyword: 'cached' } });
    const fetched =
      gateway.desk.asked.details.length + gateway.desk.asked.reviews.length + gateway.desk.asked.pages.length;
    statements = 0;
    const { extensions } = await askGraph(gateway, account, joined, { variables: { keyword: 'cached' } });
    expect(statements).toBeLessThanOrEqual(6);
    expect(extensions.credits).toBe(0);
    expect(
      gateway.desk.asked.details.length + gateway.desk.asked.reviews.length + gateway.desk.asked.pages.length,
    ).toBe(fetched);
  });

  test('rows that share a web site crawl it once, and pay once', async () => {
    const account = await gateway.account(1_000);
    twentyPlaces('shared', () => 'shared.org');
    const { data, extensions } = await askGraph(
      gateway,
      account,
      '{ placesSearch(keyword: "shared") { results { websiteCrawl { emails credits { used } } } } }',
    );
    expect(gateway.desk.asked.pages.filter((page) => page === 'shared.org/')).toHaveLength(1);
    expect(
      data.placesSearch.results.every(
        (row: { websiteCrawl: { emails: string[] } }) => row.websiteCrawl.emails[0] === 'info@shared.org',
      ),
    ).toBe(true);
    expect(extensions.credits).toBe(201);
  });

  test('search results and ads lead to crawls; one that fails leaves the rest standing', async () => {
    const account = await gateway.account(1_000);
    gateway.desk.searches.set('edge search', {
      results: numberedRows(2).map((row, index) => ({ ...row, link: `http://edge${index}.org/` })),
    });
    gateway.desk.sites.set('edge0.org', { '/': '<p>info@edge0.org</p>' });
    gateway.desk.sites.set('edge1.org', { '/': { status: 500, body: 'broken' } });
    const search = await askGraph(
      gateway,
      account,
      '{ leadSearch(query: "edge search") { results { link websiteCrawl { emails } } } }',
    );
    expect(search.data.leadSearch.results).toEqual([
      { link: 'http://edge0.org/', websiteCrawl: { emails: ['info@edge0.org'] } },
      { link: 'http://edge1.org/', websiteCrawl: null },
    ]);
    expect(search.errors).toMatchObject([
      { path: ['leadSearch', 'results', 1, 'websiteCrawl'], extensions: { code: 'crawl_error', retryAfterSeconds: 5 } },
    ]);

    gateway.desk.searches.set('edge ads', {
      results: numberedRows(3),
      ads: numberedAds(2).map((ad) => ({ ...ad, link: 'http://edge0.org/' })),
    });
    const ads = await askGraph(
      gateway,
      account,
      '{ adSpy(query: "edge ads") { freshCount results { url searchEngine firstSeen websiteCrawl { emails } } } }',
    );
    expect(ads.errors).toEqual([]);
    expect(ads.data.adSpy.results[0]).toMatchObject({
      searchEngine: 'GOOGLE',
      websiteCrawl: { emails: ['info@edge0.org'] },
    });
    expect(ads.data.adSpy.results[0].firstSeen).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
  });

  test('a place without a web site has null there and no error', async () => {
    const account = await gateway.account(1_000);
    gateway.desk.lists.set('no site', { ids: ['no-site'] });
    gateway.desk.places.set('no-site', { websiteUri: undefined });
    const { data, errors } = await askGraph(
      gateway,
      account,
      '{ placesSearch(keyword: "no site") { results { website websiteCrawl { emails } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.placesSearch.results).toEqual([{ website: '', websiteCrawl: null }]);
  });

  test('many sites in one call: in the order of the input, a bad one is null with its index', async () => {
    const account = await gateway.account(100);
    gateway.desk.sites.set('many.org', { '/': '<p>info@many.org</p>' });
    const { data, errors, extensions } = await askGraph(
      gateway,
      account,
      '{ websiteCrawls(domains: ["http://many.org", "10.0.0.1", "http://many.org/"]) { emails credits { used } } }',
    );
    expect(data.websiteCrawls).toEqual([
      { emails: ['info@many.org'], credits: { used: 1 } },
      null,
      { emails: ['info@many.org'], credits: { used: 0 } },
    ]);
    expect(errors).toMatchObject([{ path: ['websiteCrawls', 1], extensions: { code: 'invalid_param' } }]);
    expect(extensions.credits).toBe(1);
  });
});
