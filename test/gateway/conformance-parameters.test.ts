import { afterAll, beforeAll, expect, test } from 'vitest';
import { setRecipe } from '../../packages/engine/src/accounts/recipes.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterAll(() => gateway?.close());

  const startsOf = (query: string) =>
    gateway.desk.asked.searches.filter((each) => each.query === query).map(({ start }) => start);

  test('P1 pages count from 0; the upstream start is page × results per page', async () => {
    const account = await gateway.account();
    await gateway.get('/search.php', { ...account, query: 'p1 one', page: 1, results_per_page: 10 });
    await gateway.get('/search.php', { ...account, query: 'p1 two', page: 2, results_per_page: 20 });
    const { json } = await gateway.get('/search.php', { ...account, query: 'p1 none' });
    expect([startsOf('p1 one'), startsOf('p1 two').sort(), startsOf('p1 none')]).toEqual([[10], [40, 50], [0]]);
    expect(json.data.page).toBe(0);
  });

  test('P2 results_per_page is 1 to 100; pages of ten are joined and cut; a failing one fails the call, free', async () => {
    const account = await gateway.account();
    for (const value of ['0', '101', 'abc', '1.5', '1e1', '-1', '0x10']) {
      const { status, json } = await gateway.get('/search.php', { ...account, query: 'p2', results_per_page: value });
      expect([value, status, json.code]).toEqual([value, 400, 'invalid_param']);
    }
    const cut = await gateway.get('/search.php', { ...account, query: 'p2 cut', results_per_page: 25 });
    expect(cut.json).toMatchObject({ credits_used: 10, data: { results_count: 25 } });
    expect(startsOf('p2 cut').sort((a, b) => a - b)).toEqual([0, 10, 20]);
    const full = await gateway.get('/search.php', { ...account, query: 'p2 full', results_per_page: 100 });
    expect(full.json).toMatchObject({ credits_used: 10, data: { results_count: 100 } });
    const one = await gateway.get('/search.php', { ...account, query: 'p2 one', results_per_page: 1 });
    expect([one.json.data.results_count, startsOf('p2 one')]).toEqual([1, [0]]);

    gateway.desk.searches.set('p2 broken', ({ start }) =>
      start === 10 ? { status: 500, body: 'x' } : { results: numberedRows(10, start + 1), hasNextPage: true },
    );
    const before = await gateway.balance(account);
    const broken = await gateway.get('/search.php', { ...account, query: 'p2 broken', results_per_page: 30 });
    expect([broken.status, broken.json.code]).toEqual([502, 'search_error']);
    expect(await gateway.balance(account)).toBe(before);
    expect(startsOf('p2 broken').filter((start) => start === 10)).toHaveLength(2);

    gateway.desk.searches.set('p2 few', ({ start }) =>
      start === 0 ? { results: numberedRows(6), hasNextPage: false } : { results: [] },
    );
    const few = await gateway.get('/search.php', { ...account, query: 'p2 few', results_per_page: 20 });
    expect([few.status, few.json.data.results_count, few.json.credits_used]).toEqual([200, 6, 0]);
  });

  test('P3 a page is a natural number; an empty optional parameter is absent', async () => {
    const account = await gateway.account();
    for (const page of ['-1', 'one', '1.0', '+', '%']) {
      const { json } = await gateway.get('/search.php', { ...account, query: 'p3', page: page === '+' ? '+1' : page });
      expect([page, json.code]).toEqual([page, 'invalid_param']);
    }
    const { json } = await gateway.get('/search.php', {
      ...account,
      query: 'p3',
      page: '',
      results_per_page: ' ',
      se: '',
      code: '',
    });
    expect(json.data).toMatchObject({ page: 0, search_engine: 'google', results_count: 10 });
  });

  test('P4 code wins over query; a bad code is an error even then; an empty one is ignored', async () => {
    const account = await gateway.account();
    await setRecipe(opened().store, { accountId: null, code: 'p4', query: 'p4 dork', now: gateway.clock.date() });
    const ask = async (parameters: object) => {
      const { json } = await gateway.get('/search.php', { ...account, ...parameters });
      return json.code ?? json.data.query;
    };
    expect(await ask({ query: 'p4 query', code: 'p4' })).toBe('p4 dork');
    expect(await ask({ code: ' p4 ' })).toBe('p4 dork');
    expect(await ask({ query: 'p4 query', code: 'nope' })).toBe('invalid_code');
    expect(await ask({ query: 'p4 query', code: '  ' })).toBe('p4 query');
    expect(startsOf('p4 query')).toHaveLength(1);
  });

  test("P5 data.query of a code is the dork that ran; an account's own recipe hides everybody's", async () => {
    const one = await gateway.account();
    const two = await gateway.account();
    const now = gateway.clock.date();
    await setRecipe(opened().store, { accountId: null, code: 'p5', query: 'p5 "all" -x', now });
    await setRecipe(opened().store, { accountId: Number(two.user_id), code: 'p5', query: 'p5 mine', now });
    const queries: string[] = [];
    for (const account of [one, two]) {
      queries.push((await gateway.get('/search.php', { ...account, code: 'p5' })).json.data.query);
    }
    expect(queries).toEqual(['p5 "all" -x', 'p5 mine']);
  });

  test('P6 engines in any case; none is google; yahoo has no ads', async () => {
    const account = await gateway.account();
    const engines: string[] = [];
    for (const se of ['BING', ' Yahoo ', 'DuckDuckGo', '', 'google']) {
      const { json } = await gateway.get('/search.php', { ...account, query: 'p6', se });
      expect(json.data.results).toHaveLength(10);
      engines.push(json.data.search_engine);
    }
    expect(engines).toEqual(['bing', 'yahoo', 'duckduckgo', 'google', 'google']);
    for (const se of ['yahoo', 'duckduckgo', 'altavista']) {
      const { status, json } = await gateway.get('/ads.php', { ...account, query: 'p6', se });
      expect([se, status, json.code]).toEqual([se, 400, 'invalid_param']);
    }
    expect((await gateway.get('/ads.php', { ...account, query: 'p6', se: 'Bing' })).json.data.search_engine).toBe(
      'bing',
    );
  });

  test('P7 the forms of include_history', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('p7', { results: numberedRows(1), ads: numberedAds(2, 7_000) });
    await gateway.get('/ads.php', { ...account, query: 'p7' });
    gateway.desk.searches.set('p7', { results: numberedRows(1), ads: numberedAds(1, 7_000) });
    const cases: [string, number | string][] = [
      ['false', 0],
      ['False', 0],
      ['0', 0],
      ['no', 0],
      ['OFF', 0],
      ['true', 1],
      ['TRUE', 1],
      ['1', 1],
      ['yes', 1],
      ['on', 1],
      ['', 1],
      ['2', 'invalid_param'],
      ['null', 'invalid_param'],
      ['falsch', 'invalid_param'],
    ];
    for (const [include_history, expected] of cases) {
      const { json } = await gateway.get('/ads.php', { ...account, query: 'p7', include_history });
      expect([include_history, json.code ?? json.data.historical_count]).toEqual([include_history, expected]);
    }
  });

  test('P8 numbers and booleans are never strings', async () => {
    const account = await gateway.account();
    gateway.desk.lists.set('p8', { ids: ['p8'] });
    gateway.desk.places.set('p8', { rating: 4.0 });
    const { text, json } = await gateway.get('/places/search.php', { ...account, keyword: 'p8' });
    expect(text).toContain('"rating":4,');
    expect(text).toContain('"credits_used":10,');
    const row = json.data.results[0]!;
    expect([typeof row.rating, typeof row.rating_total, typeof row.cached]).toEqual(['number', 'number', 'boolean']);
    const search = await gateway.get('/search.php', { ...account, query: 'p8', page: ' 1 ' });
    expect(search.text).toMatch(/"page":1,"results_count":10,/);
  });

  test('P9 times are UTC without a zone', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('p9', { results: numberedRows(1), ads: numberedAds(1, 9_000) });
    const before = Math.floor(gateway.clock.now() / 1_000) * 1_000;
    const { json } = await gateway.get('/ads.php', { ...account, query: 'p9' });
    const { first_seen, last_seen } = json.data.results[0]!;
    expect(first_seen).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const seen = Date.parse(`${first_seen.replace(' ', 'T')}Z`);
    expect(seen).toBeGreaterThanOrEqual(before);
    expect(seen).toBeLessThanOrEqual(gateway.clock.now());
    expect(last_seen).toBe(first_seen);
  });

  test('P10 raw UTF-8 and plain slashes; escaped on the places paths for old PHP clients who ask for it', async () => {
    const account = await gateway.account();
    const php = await startGateway(opened().store, { jsonCompat: 'php' });
    for (const { desk } of [gateway, php]) {
      desk.lists.set('p10 café', { ids: ['p10'] });
      desk.places.set('p10', { displayName: { text: 'Café – 漢字 😀' } });
      desk.searches.set('p10 café', { results: [{ title: 'Café — 😀', link: 'https://x.org/a/b' }] });
    }
    const raw = await gateway.get('/places/search.php', { ...account, keyword: 'p10 café' });
    const escaped = await php.get('/places/search.php', { ...account, keyword: 'p10 café' });
    expect(raw.text).toContain('Café – 漢字 😀');
    expect(raw.text).toContain('https://');
    expect(raw.text.charCodeAt(0)).toBe('{'.charCodeAt(0));
    expect(escaped.text).toMatch(/^[\x20-\x7e]*$/);
    expect(escaped.text).toContain('Caf\\u00e9 \\u2013 \\u6f22\\u5b57 \\ud83d\\ude00');
    expect(escaped.json.data.results[0]!.name).toBe('Café – 漢字 😀');
    expect(escaped.json.data).toEqual({
      ...raw.json.data,
      results: raw.json.data.results.map((row) => ({ ...row, cached: true })),
    });
    const search = await php.get('/search.php', { ...account, query: 'p10 café' });
    expect(search.text).toContain('Café — 😀');
    await php.close();
  });

  test('P11 missing values have their kind of nothing, and every key is there', async () => {
    const account = await gateway.account();
    gateway.desk.lists.set('p11', { ids: ['p11'] });
    const nothing = Object.fromEntries(
      [
        'displayName',
        'formattedAddress',
        'nationalPhoneNumber',
        'websiteUri',
        'googleMapsUri',
        'rating',
        'userRatingCount',
        'types',
        'regularOpeningHours',
        'utcOffsetMinutes',
        'iconMaskBaseUri',
        'businessStatus',
      ].map((name) => [name, undefined]),
    );
    gateway.desk.places.set('p11', nothing);
    const { json } = await gateway.get('/places/search.php', { ...account, keyword: 'p11' });
    expect(json.data.results).toEqual([
      {
        url: '',
        name: '',
        address: '',
        phone: '',
        website: '',
        rating: null,
        rating_total: 0,
        types: [],
        weekday_text: [],
        icon: '',
        open_now: null,
        place_id: 'p11',
        business_status: '',
        cached: false,
      },
    ]);
    expect(json.data.next_page_token).toBe(null);
    gateway.desk.reviews.set('p11', [{}]);
    const reviews = await gateway.get('/places/reviews.php', { ...account, place_id: 'p11' });
    expect(reviews.json.data.reviews).toEqual([
      {
        author_name: '',
        author_url: '',
        language: '',
        rating: 0,
        text: '',
        time: 0,
        relative_time_description: '',
        profile_photo_url: '',
      },
    ]);
    gateway.desk.searches.set('p11', { results: [{ title: 'T', link: 'https://p11.org/', text: '' }] });
    const search = await gateway.get('/search.php', { ...account, query: 'p11' });
    expect(search.json.data.results).toEqual([
      { title: 'T', link: 'https://p11.org/', description: '', emails: [], phones: [] },
    ]);
  });

  test("P12 the reference's sample numbers survive, each once; bare digits are none", async () => {
    const account = await gateway.account();
    gateway.desk.sites.set('p12.org', {
      '/': `<title>T</title><p>Call (555) 123-4567 or 555-987-6543.</p><p>Again: <a href="tel:+1-555-123-4567">call</a></p>
        <p>London: +44 20 7946 0958</p><p>Order 5551234567, 2026-01-15, $1,250.00, 40.7128 -74.0060</p>`,
    });
    const { json } = await gateway.get('/crawl.php', { ...account, domain: 'https://p12.org' });
    expect(json.data.phones).toEqual(['(555) 123-4567', '(555) 987-6543', '+44 20 7946 0958']);
  });

  test('P13 + and %20 are the same request', async () => {
    const { api_key, user_id } = await gateway.account();
    const credits: number[] = [];
    for (const query of ['p13+a+b', 'p13%20a%20b', 'p13+a%20b']) {
      const { json } = await gateway.raw(`/api/v1/search.php?api_key=${api_key}&user_id=${user_id}&query=${query}`);
      expect(json.data.query).toBe('p13 a b');
      credits.push(json.credits_used);
    }
    expect(credits).toEqual([10, 0, 0]);
    expect(startsOf('p13 a b')).toEqual([0]);
  });

  test('P14 addresses in lower case, in the order of their appearance', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('p14', {
      results: [{ title: 'T', link: 'https://p14.org/', text: 'Zoe@X14.com, Info@X14.com and zoe@x14.COM' }],
    });
    const { json } = await gateway.get('/search.php', { ...account, query: 'p14' });
    expect(json.data.results[0]!.emails).toEqual(['zoe@x14.com', 'info@x14.com']);
  });
});
