import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayProcess, startGatewayProcess } from '../support/start-gateway-process.ts';

describe('a start without configuration', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await startGatewayProcess({ LEADGEN_DATA_DIR: 'memory' });
  });
  afterAll(() => gateway?.stop());

  async function get(url: string) {
    const response = await fetch(url);
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  const ask = (path: string, parameters: Record<string, string>) =>
    get(`${gateway.url}/api/v1${path}?${new URLSearchParams({ api_key: 'demo', user_id: '1', ...parameters })}`);

  it('prints one request per operation, each of which gives something when pasted', async () => {
    const urls = [...gateway.banner.matchAll(/curl '([^']+)'/g)].map((match) => match[1]!);
    expect(urls.map((url) => new URL(url).pathname)).toEqual([
      '/api/v1/search.php',
      '/api/v1/crawl.php',
      '/api/v1/ads.php',
      '/api/v1/places/search.php',
      '/api/v1/places/reviews.php',
    ]);
    for (const url of urls) {
      const { status, headers, body } = await get(url);
      expect([url, status, body.status]).toEqual([url, 200, 'success']);
      expect(headers.get('x-leadgen-upstream')).toBe('sandbox');
      const { results, reviews, emails } = body.data;
      expect((results ?? reviews ?? emails).length).toBeGreaterThan(0);
    }
  });

  it('says in the banner that the answers are invented', () => {
    expect(gateway.banner).toContain('SANDBOX');
  });

  it('crawls a web site of the sandbox, whose contacts are plain, hidden and in structured data', async () => {
    const { body } = await ask('/crawl.php', { domain: 'http://golden-crust-bakery.home.arpa' });
    const host = 'golden-crust-bakery.home.arpa';
    expect(body.data.emails.sort()).toEqual(
      [`ada.miller@${host}`, `hello@${host}`, `press@${host}`, `sales@${host}`].sort(),
    );
    expect(body.data.phones).toHaveLength(1);
    expect(body.data.social_links).toHaveLength(3);
    expect(body.data.pages_crawled).toBe(7);
    expect(Object.values(body.data.metadata).every((value) => value !== '')).toBe(true);
  });

  it('fills ads from their landing pages', async () => {
    const { body } = await ask('/ads.php', { query: 'dentist seattle' });
    for (const ad of body.data.results) expect(ad.contact_data.emails).toHaveLength(1);
  });

  it('walks from a place to its web site and its reviews', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer demo', 'x-user-id': '1' },
      body: JSON.stringify({
        query:
          '{ placesSearch(keyword: "florist boston", maxCredits: 30) { results { name website websiteCrawl { emails } placeReviews { reviews { rating } } } } }',
      }),
    });
    const { data, errors } = await response.json();
    expect(errors).toBeUndefined();
    expect(data.placesSearch.results.length).toBeGreaterThanOrEqual(3);
    for (const place of data.placesSearch.results) {
      if (place.website !== '') expect(place.websiteCrawl.emails.length).toBeGreaterThan(0);
      expect(Array.isArray(place.placeReviews.reviews)).toBe(true);
    }
  });

  it('takes the demo key for no other account', async () => {
    const { status, body } = await ask('/search.php', { query: 'bakery', user_id: '2' });
    expect([status, body.code]).toEqual([401, 'invalid_api_key']);
  });
});
