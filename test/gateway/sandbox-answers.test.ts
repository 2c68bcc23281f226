import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGooglePlacesLegacy } from '../../packages/engine/src/adapters/google-places-legacy.ts';
import { createGooglePlacesNew } from '../../packages/engine/src/adapters/google-places-new.ts';
import { createScraperApi } from '../../packages/engine/src/adapters/scraperapi.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import type { SearchEngine } from '../../packages/engine/src/ports/serp-provider.ts';
import { createProviderBreaker } from '../../packages/engine/src/serp/provider-breaker.ts';
import { searchAddress } from '../../packages/engine/src/serp/search-address.ts';
import { type SearchDeps, type SearchRequest, searchPages } from '../../packages/engine/src/serp/search-pages.ts';
import { type Sandbox, startSandbox } from '../../packages/graphql-gateway/src/sandbox/start-sandbox.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const engines: SearchEngine[] = ['google', 'bing', 'yahoo', 'duckduckgo'];
const clock = createTestClock({ at: Date.UTC(2026, 2, 3, 17) });
const { log } = createTestLog();
let sandbox: Sandbox;
let deps: SearchDeps;

beforeAll(async () => {
  sandbox = await startSandbox({ now: clock.now });
  deps = {
    providers: [createScraperApi({ apiKey: 'any', baseUrl: sandbox.url, addressOf: searchAddress, log })],
    clock,
    log,
    breaker: createProviderBreaker(clock),
    savePage: null,
    fetchPage: async ({ url }) => {
      throw new Error(`${url} was to be fetched: the sandbox has no opaque links`);
    },
  };
});
afterAll(() => sandbox.close());

function search(engine: SearchEngine, request: Partial<SearchRequest> = {}) {
  return searchPages(deps, {
    engine,
    query: 'bakery & café',
    page: 0,
    resultsPerPage: 10,
    country: 'us',
    language: 'en',
    vertical: 'organic',
    signal: new AbortController().signal,
    ...request,
  });
}

describe.each(engines)('%s in the sandbox', (engine) => {
  it('gives ten results whose links lead to its own web sites', async () => {
    const { organic, coverage } = await search(engine);
    expect(coverage).toMatchObject({ provider: 'scraperapi', status: 'OK', notes: [] });
    expect(organic).toHaveLength(10);
    for (const { title, link, description } of organic) {
      expect(sandbox.hasHost(new URL(link).hostname)).toBe(true);
      expect(title).toContain(' – ');
      expect(description).toContain('open six days a week');
    }
    expect(organic.slice(0, 4).every(({ title }) => title.includes('bakery'))).toBe(true);
  });

  it('has three pages, each with results of its own, and says so after the last', async () => {
    const pages = await Promise.all([0, 1, 2, 3].map((page) => search(engine, { page })));
    const links = pages.flatMap(({ organic }) => organic.map(({ link }) => link));
    expect(pages.map(({ organic }) => organic.length)).toEqual([10, 10, 10, 0]);
    expect(new Set(links).size).toBe(30);
    expect(pages[3]!.coverage.status).toBe('NO_RESULTS');
  });

  it('joins its pages', async () => {
    expect((await search(engine, { resultsPerPage: 25 })).organic).toHaveLength(25);
    expect((await search(engine, { resultsPerPage: 100 })).organic).toHaveLength(30);
  });

  it('says that there is nothing, when asked to', async () => {
    const { organic, coverage } = await search(engine, { query: 'No Results Please' });
    expect([organic, coverage.status]).toEqual([[], 'NO_RESULTS']);
  });

  it('blocks, when asked to', async () => {
    const error = await search(engine, { query: 'blocked please' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LeadGenError);
    expect((error as LeadGenError).coverage).toMatchObject({ status: 'BLOCKED' });
  });

  it('takes the longest query that there may be', async () => {
    expect((await search(engine, { query: '面'.repeat(2_048) })).organic).toHaveLength(10);
  });
});

describe.each(['google', 'bing'] as const)('ads of %s in the sandbox', (engine) => {
  it('are read whole, with landing pages on its own web sites', async () => {
    const { ads, adLabelCount } = await search(engine, { vertical: 'ads' });
    expect(ads.length).toBeGreaterThanOrEqual(3);
    expect(adLabelCount).toBe(ads.length);
    for (const ad of ads) {
      expect(new URL(ad.url).pathname).toBe('/offer');
      expect(sandbox.hasHost(new URL(ad.url).hostname)).toBe(true);
      expect(ad.text).toContain('First visit free');
    }
  });

  it('are the same on every look', async () => {
    const [one, two] = await Promise.all([search(engine, { vertical: 'ads' }), search(engine, { vertical: 'ads' })]);
    expect(one.ads).toEqual(two.ads);
  });
});

describe.each([
  { name: 'Places API (New)', create: createGooglePlacesNew },
  { name: 'legacy Places', create: createGooglePlacesLegacy },
])('$name in the sandbox', ({ create }) => {
  const provider = () => create({ apiKey: 'any', baseUrl: sandbox.url, clock });
  const signal = new AbortController().signal;
  const asked = { keyword: 'restaurants new york', pageToken: null, country: 'us', language: 'en' };
  const place = (id: string) => ({ placeId: `ChIJsandbox${id}`, country: 'us', language: 'en' });

  it('has three pages; a token is early for two seconds', async () => {
    const ids: string[] = [];
    let pageToken: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      if (pageToken !== null) {
        expect(await provider().listPlaces({ ...asked, pageToken }, signal)).toEqual({ status: 'invalid_token' });
        clock.advance(2_000);
      }
      const list = await provider().listPlaces({ ...asked, pageToken }, signal);
      if (list.status !== 'ok') throw new Error('the token is old enough');
      ids.push(...list.placeIds);
      pageToken = list.nextPageToken;
    }
    expect(pageToken).toBeNull();
    expect(new Set(ids).size).toBe(45);
  });

  it('has places of every kind: without a phone, a web site or a rating, and closed for a while', async () => {
    const all = await Promise.all(
      Array.from({ length: 45 }, (_, id) => provider().placeDetails(place(String(id).padStart(3, '0')), signal)),
    );
    expect(all.filter(({ phone }) => phone === '').length).toBeGreaterThan(0);
    expect(all.filter(({ website }) => website === '').length).toBeGreaterThan(0);
    expect(all.filter(({ rating }) => rating === null).length).toBeGreaterThan(0);
    expect(all.filter(({ businessStatus }) => businessStatus === 'CLOSED_TEMPORARILY').length).toBeGreaterThan(0);
    for (const { website } of all) if (website) expect(sandbox.hasHost(new URL(website).hostname)).toBe(true);
    expect(all[0]).toMatchObject({ name: 'Bright Marketing', utcOffsetMinutes: -300 });
    expect(all[0]!.periods).toHaveLength(6);
  });

  it('has places with reviews and places without', async () => {
    const reviews = await provider().placeReviews(place('000'), signal);
    expect(reviews.length).toBeGreaterThan(0);
    expect(Object.values(reviews[0]!).every((value) => value !== '' && value !== 0)).toBe(true);
    expect(await provider().placeReviews(place('009'), signal)).toEqual([]);
  });

  it('knows no other places, and refuses when asked to', async () => {
    await expect(provider().placeDetails(place('999'), signal)).rejects.toThrow('NOT_FOUND');
    expect(await provider().listPlaces({ ...asked, keyword: 'no results please' }, signal)).toMatchObject({
      placeIds: [],
    });
    await expect(provider().listPlaces({ ...asked, keyword: 'blocked please' }, signal)).rejects.toThrow(
      /RESOURCE_EXHAUSTED|OVER_QUERY_LIMIT/,
    );
  });
});

it('everything that the sandbox sends says where it is from', async () => {
  const address = encodeURIComponent('https://www.google.com/search?q=bakery');
  for (const path of [`/?api_key=x&url=${address}`, '/v1/places/ChIJsandbox000', '/nothing']) {
    const response = await fetch(`${sandbox.url}${path}`);
    expect(response.headers.get('x-leadgen-sandbox')).toBe('1');
    await response.arrayBuffer();
  }
});
