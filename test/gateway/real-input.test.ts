import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture, hasFixtures } from '../support/fixtures.ts';
import type { LegacyBody } from '../support/start-gateway.ts';
import { type LiveProcess, startLiveProcess } from '../support/start-live-process.ts';
import { startWireServer, type WireReply, type WireRequest, type WireServer } from '../support/wire-server.ts';

const pages: Record<string, string> = {
  google: 'google/g_2023_desktop_com-domains_ads',
  bing: 'bing/b_2021_bing',
  yahoo: 'yahoo/y_2026_javascript-tutorial',
  duckduckgo: 'duckduckgo/d_2025_html_golang',
};
const contactsPage = 'aeb__5a822960e9a2cb1e664d334b6c936c5cb6e41fb5331877538c2c8339cb59d57e';

const readJson = async (...path: string[]) => JSON.parse(await readFile(fixture(...path), 'utf8'));
/** Where a result leads, apart from how the address is written. */
const place = (link: string) => link.replace(/^https?:\/\/(?:www\.)?/, '').replace(/[/#?].*$/, '');

// The folder of saved pages is not part of the project; without it this file says that it skips.
describe.skipIf(!hasFixtures)('the started gateway on saved pages and answers of the real upstreams', () => {
  let wire: WireServer;
  let live: LiveProcess;
  let legacy: LiveProcess;
  let html: Record<string, Buffer>;
  let list: { results: { place_id: string; name: string }[]; next_page_token: string };
  let newPlace: { id: string; displayName: { text: string }; reviews: unknown[] };
  let legacyPlace: { result: { reviews: { author_name: string }[] } };
  let contacts: Buffer;

  beforeAll(async () => {
    html = Object.fromEntries(
      await Promise.all(
        Object.entries(pages).map(async ([engine, name]) => [engine, await readFile(fixture('serp', `${name}.html`))]),
      ),
    );
    list = await readJson('serp', 'places', 'p_textsearch_pizza_nyc_1.json');
    newPlace = await readJson('serp', 'places', 'pn_details_google_sf_reviews.json');
    legacyPlace = await readJson('serp', 'places', 'p_details_google_sydney_reviews.json');
    contacts = await readFile(fixture('contacts', 'pages', `${contactsPage}.html`));
    wire = await startWireServer();
    wire.answer = replay;
    live = await startLiveProcess(wire.url);
    legacy = await startLiveProcess(wire.url, { GOOGLE_PLACES_API: 'legacy' });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([live?.close(), legacy?.close()]);
    await wire?.close();
  });

  function replay({ url, method, headers }: WireRequest): WireReply {
    const json = (value: unknown): WireReply => ({
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: JSON.stringify(value),
    });
    if (url.pathname === '/contacts') return { headers: { 'content-type': 'text/html' }, body: contacts };
    if (url.pathname === '/v1/places:searchText' && method === 'POST') return json({ places: [{ id: 'sf' }] });
    if (url.pathname === '/v1/places/sf') {
      const { reviews, ...details } = newPlace;
      return json(headers['x-goog-fieldmask'] === 'reviews' ? { reviews } : { ...details, id: 'sf' });
    }
    if (url.pathname === '/maps/api/place/textsearch/json') return json(list);
    if (url.pathname === '/maps/api/place/details/json') {
      if (url.searchParams.get('fields') === 'reviews') return json(legacyPlace);
      const result = list.results.find(({ place_id }) => place_id === url.searchParams.get('place_id'));
      return json({ status: 'OK', html_attributions: [], result });
    }
    const address = url.searchParams.get('url') ?? '';
    const engine = Object.keys(pages).find((name) => URL.parse(address)?.hostname.includes(name));
    if (!engine) return { status: 404 };
    return {
      headers: { 'content-type': 'text/html; charset=utf-8', 'sa-statuscode': '200', 'sa-final-url': address },
      body: html[engine]!,
    };
  }

  for (const [engine, name] of Object.entries(pages)) {
    test(`the results of a saved page of ${engine}`, async () => {
      const { organic } = (await readJson('serp', `${name}.expected.json`)) as {
        organic: { title: string; link: string; sitelink?: boolean }[];
      };
      const { status, json } = await live.get('/search.php', { query: 'saved page', se: engine });
      expect(status).toBe(200);
      const { results, results_count } = (json as unknown as LegacyBody).data;
      expect(results_count).toBe(results.length);
      const found = new Set(results.map(({ link }) => place(link)));
      const wanted = organic.filter(({ sitelink }) => !sitelink).slice(0, 10);
      const missing = wanted.filter(({ link }) => !found.has(place(link)));
      expect(missing.length).toBeLessThanOrEqual(1);
      expect(results[0]!.title).not.toBe('');
    });
  }

  test('the ads of a saved page', async () => {
    const { ads } = (await readJson('serp', `${pages.google}.expected.json`)) as { ads: { title: string }[] };
    const { json } = await live.get('/ads.php', { query: 'saved page' });
    const { fresh_count, results } = (json as unknown as LegacyBody).data;
    expect(fresh_count).toBe(ads.length);
    expect(results.map(({ title }) => title).sort()).toEqual(ads.map(({ title }) => title).sort());
  });

  test('a real list of places by the legacy API, and reviews', async () => {
    const { json } = await legacy.get('/places/search.php', { keyword: 'pizza' });
    const body = json as unknown as LegacyBody;
    expect(body.data.results.map(({ name }) => name)).toEqual(list.results.map(({ name }) => name));
    expect(body.credits_used).toBe(list.results.length * 10);
    expect(body.data.next_page_token).toBe(list.next_page_token);
    const reviews = (await legacy.get('/places/reviews.php', { place_id: 'sydney' })).json as unknown as LegacyBody;
    expect(reviews.data.reviews.map(({ author_name }) => author_name)).toEqual(
      legacyPlace.result.reviews.map(({ author_name }) => author_name),
    );
  });

  test('a real place by the new API, and reviews', async () => {
    const body = (await live.get('/places/search.php', { keyword: 'office' })).json as unknown as LegacyBody;
    expect(body.data.results.map(({ name }) => name)).toEqual([newPlace.displayName.text]);
    expect(body.credits_used).toBe(10);
    const reviews = (await live.get('/places/reviews.php', { place_id: 'sf' })).json as unknown as LegacyBody;
    expect(reviews.data.reviews).toHaveLength(Math.min(5, newPlace.reviews.length));
  });

  test('a crawl of a saved page', async () => {
    const label = await readJson('contacts', 'labels', `${contactsPage}.html.json`);
    const { json } = await live.get('/crawl.php', { domain: `${wire.url}/contacts` });
    const body = json as unknown as LegacyBody;
    expect(body.data.metadata.title).toBe(label.metadata.title);
    const network = (link: string) => new URL(link).hostname.replace(/^www\./, '').replace('twitter.com', 'x.com');
    expect(body.data.social_links.map(network).sort()).toEqual(
      expect.arrayContaining((label.social_links as string[]).map(network)),
    );
    expect(body.credits_used).toBe(1);
  });
});

test.skipIf(hasFixtures)('saved pages: skipped, the folder of LEADGEN_FIXTURES is not there', () => {});
