import { afterAll, beforeAll, expect, test } from 'vitest';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../support/start-gateway.ts';

const places = (from: number, count: number) => Array.from({ length: count }, (_, index) => `Place${from + index}`);

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterAll(() => gateway?.close());

  /** A second gateway on the same store, set otherwise, for one test. */
  async function withGateway(options: GatewayOptions, run: (other: TestGateway) => Promise<void>): Promise<void> {
    const other = await startGateway(opened().store, options);
    try {
      await run(other);
    } finally {
      await other.close();
    }
  }

  test('C1 more than 7 results cost 10, whatever they hold; 7 without e-mails cost nothing', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c1 eight', { results: numberedRows(8) });
    gateway.desk.searches.set('c1 seven', { results: numberedRows(7) });
    const eight = await gateway.get('/search.php', { ...account, query: 'c1 eight' });
    const seven = await gateway.get('/search.php', { ...account, query: 'c1 seven' });
    expect(eight.json).toMatchObject({ status: 'success', credits_used: 10, data: { results_count: 8 } });
    expect(seven.json).toMatchObject({ credits_used: 0, data: { results_count: 7 } });
    expect(await gateway.balance(account)).toBe(990);
  });

  test('C2 at most 10 credits for 7 or fewer results', async () => {
    const account = await gateway.account();
    const rows = numberedRows(7).map((row, index) => ({
      ...row,
      text: `Write to a${index}@c2.org or b${index}@c2.org.`,
    }));
    gateway.desk.searches.set('c2', { results: rows });
    const { json } = await gateway.get('/search.php', { ...account, query: 'c2' });
    expect(new Set(json.data.results.flatMap(({ emails }) => emails)).size).toBe(14);
    expect(json.credits_used).toBe(10);
    expect(await gateway.balance(account)).toBe(990);
  });

  test('C3 an address in three rows, in any case of its letters, costs once', async () => {
    const account = await gateway.account();
    const texts = ['info@c3.org', 'INFO@c3.org', 'Info@C3.org'];
    gateway.desk.searches.set('c3', {
      results: numberedRows(3).map((row, index) => ({ ...row, text: `Mail ${texts[index]} today.` })),
    });
    const { json } = await gateway.get('/search.php', { ...account, query: 'c3' });
    expect(json.data.results.map(({ emails }) => emails)).toEqual([['info@c3.org'], ['info@c3.org'], ['info@c3.org']]);
    expect(json.credits_used).toBe(1);
  });

  test('C4 junk addresses are neither shown nor billed', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c4', { results: [{ ...numberedRows(1)[0]!, text: 'Mail example@wix.com today.' }] });
    const { json } = await gateway.get('/search.php', { ...account, query: 'c4' });
    expect(json).toMatchObject({ credits_used: 0, data: { results: [{ emails: [] }] } });
  });

  test('C5 phones alone cost nothing', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c5', {
      results: numberedRows(3).map((row) => ({ ...row, text: 'Call (212) 555-0147.' })),
    });
    const { json } = await gateway.get('/search.php', { ...account, query: 'c5' });
    expect(json).toMatchObject({ credits_used: 0, data: { results: [{ phones: ['(212) 555-0147'] }, {}, {}] } });
  });

  const mails = (...addresses: string[]) =>
    `<!doctype html><title>T</title>${addresses.map((each) => `<a href="mailto:${each}">${each}</a>`).join(' ')}`;

  test('C6 the addresses of the own domain are billed, foreign ones are not', async () => {
    const account = await gateway.account();
    gateway.desk.sites.set('c6.org', { '/': mails('a@c6.org', 'b@c6.org', 'c@c6.org', 'x@elsewhere.net') });
    const { json } = await gateway.get('/crawl.php', { ...account, domain: 'c6.org' });
    expect(json.data.emails).toEqual(['a@c6.org', 'b@c6.org', 'c@c6.org']);
    expect(json.data.all_emails).toEqual(['a@c6.org', 'b@c6.org', 'c@c6.org', 'x@elsewhere.net']);
    expect(json.credits_used).toBe(3);
    expect(await gateway.balance(account)).toBe(997);
  });

  test('C7 any contact costs at least 1, metadata alone nothing', async () => {
    const account = await gateway.account();
    gateway.desk.sites.set('c7a.org', { '/': mails('x@elsewhere.net') });
    gateway.desk.sites.set('c7b.org', { '/': '<!doctype html><title>T</title><p>Nothing here.' });
    gateway.desk.sites.set('c7c.org', { '/': '<title>T</title><a href="tel:+1-212-555-0147">call</a>' });
    gateway.desk.sites.set('c7d.org', { '/': '<title>T</title><a href="https://www.facebook.com/c7d">f</a>' });
    const costs: number[] = [];
    for (const domain of ['c7a.org', 'c7b.org', 'c7c.org', 'c7d.org']) {
      costs.push((await gateway.get('/crawl.php', { ...account, domain })).json.credits_used);
    }
    expect(costs).toEqual([1, 0, 1, 1]);
  });

  test('C8 a crawl costs at most 15', async () => {
    const account = await gateway.account();
    const addresses = Array.from({ length: 20 }, (_, index) => `person${index}@c8.org`);
    gateway.desk.sites.set('c8.org', { '/': mails(...addresses) });
    const { json } = await gateway.get('/crawl.php', { ...account, domain: 'c8.org' });
    expect(json.data.emails).toHaveLength(20);
    expect(json.credits_used).toBe(15);
    expect(await gateway.balance(account)).toBe(985);
  });

  test('C9 history costs nothing: 5 fresh and 3 old ads are no 8 fresh ones', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c9', { results: numberedRows(1), ads: numberedAds(3, 900) });
    await gateway.get('/ads.php', { ...account, query: 'c9' });
    const fresh = numberedAds(5, 910).map((ad) => ({ ...ad, text: `${ad.text} Mail hello@c9.org now.` }));
    gateway.desk.searches.set('c9', { results: numberedRows(1), ads: fresh });
    const { json } = await gateway.get('/ads.php', { ...account, query: 'c9' });
    expect(json).toMatchObject({ credits_used: 5, data: { fresh_count: 5, historical_count: 3, results_count: 8 } });
  });

  test('C10 addresses of landing pages are free, unless the operator bills them instead', async () => {
    const account = await gateway.account();
    const ads = numberedAds(5, 1000);
    const texts = ads.map((ad, index) =>
      index < 2 ? { ...ad, text: `Mail sales${index}@c10.org today, it is free.` } : ad,
    );
    const landing = (desk: TestGateway['desk']) => {
      for (const { link } of ads) desk.sites.set(new URL(link).host, { '/': mails(`info@${new URL(link).host}`) });
    };
    landing(gateway.desk);
    gateway.desk.searches.set('c10 pages', { results: numberedRows(1), ads });
    gateway.desk.searches.set('c10 texts', { results: numberedRows(1), ads: texts });
    const pages = await gateway.get('/ads.php', { ...account, query: 'c10 pages' });
    expect(pages.json.data.results.map(({ contact_data }) => contact_data.emails.length)).toEqual([1, 1, 1, 1, 1]);
    expect(pages.json.credits_used).toBe(0);
    expect((await gateway.get('/ads.php', { ...account, query: 'c10 texts' })).json.credits_used).toBe(2);
    await withGateway({ settings: { adsEmailBilling: 'contact_data' } }, async (other) => {
      landing(other.desk);
      other.desk.searches.set('c10 pages', { results: numberedRows(1), ads });
      expect((await other.get('/ads.php', { ...account, query: 'c10 pages' })).json.credits_used).toBe(5);
    });
  });

  test('C11 an ad with two addresses costs 1', async () => {
    const account = await gateway.account();
    const [ad] = numberedAds(1, 1100);
    gateway.desk.searches.set('c11', {
      results: numberedRows(1),
      ads: [{ ...ad!, text: 'Mail a@c11.org or b@c11.org, we answer.' }],
    });
    expect((await gateway.get('/ads.php', { ...account, query: 'c11' })).json.credits_used).toBe(1);
  });

  test('C12 an ad above and below the results is one ad', async () => {
    const account = await gateway.account();
    const ads = numberedAds(7, 1200).map((ad, index) => ({ ...ad, atBottom: index === 2 }));
    gateway.desk.searches.set('c12', { results: numberedRows(1), ads });
    const { json } = await gateway.get('/ads.php', { ...account, query: 'c12' });
    expect(json).toMatchObject({ credits_used: 0, data: { fresh_count: 7, results_count: 7 } });
    expect(json.data.results.find(({ title }) => title === 'Offer 1202')?.position).toBe(3);
  });

  test('C13 include_history does not change the price', async () => {
    const account = await gateway.account();
    const ads = numberedAds(3, 1300).map((ad) => ({ ...ad, text: `${ad.text} Mail hello@c13.org now.` }));
    gateway.desk.searches.set('c13', { results: numberedRows(1), ads });
    const costs: number[] = [];
    for (const include_history of ['true', 'false']) {
      costs.push((await gateway.get('/ads.php', { ...account, query: 'c13', include_history })).json.credits_used);
    }
    expect(costs).toEqual([3, 3]);
  });

  test('C14 ten credits for each place that had to be looked up', async () => {
    const account = await gateway.account();
    gateway.desk.lists.set('c14 warm', { ids: places(1400, 16) });
    gateway.desk.lists.set('c14', { ids: places(1400, 20) });
    const warm = await gateway.get('/places/search.php', { ...account, keyword: 'c14 warm' });
    expect(warm.json.credits_used).toBe(160);
    const { json } = await gateway.get('/places/search.php', { ...account, keyword: 'c14' });
    expect(json.data.results.filter(({ cached }) => !cached)).toHaveLength(4);
    expect(json).toMatchObject({ credits_used: 40, data: { results_count: 20 } });
    expect(await gateway.balance(account)).toBe(800);
  });

  test('C15 a place without reviews costs 5 once, or nothing where the operator says so', async () => {
    const account = await gateway.account();
    const first = await gateway.get('/places/reviews.php', { ...account, place_id: 'c15' });
    const second = await gateway.get('/places/reviews.php', { ...account, place_id: 'c15' });
    expect(first.json).toMatchObject({ credits_used: 5, data: { reviews: [], cached: false } });
    expect(second.json).toMatchObject({ credits_used: 0, data: { reviews: [], cached: true } });
    await withGateway({ settings: { emptyReviewsCredits: 0 } }, async (other) => {
      expect((await other.get('/places/reviews.php', { ...account, place_id: 'c15b' })).json.credits_used).toBe(0);
    });
    expect(await gateway.balance(account)).toBe(995);
  });

  test('C16 who has something is served whole and pays what there is; then 402', async () => {
    const account = await gateway.account(50);
    gateway.desk.lists.set('c16', { ids: places(1600, 20) });
    gateway.desk.lists.set('c16 next', { ids: places(1620, 20) });
    const { status, json } = await gateway.get('/places/search.php', { ...account, keyword: 'c16' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ credits_used: 50, data: { results_count: 20 } });
    expect(await gateway.balance(account)).toBe(0);
    expect(gateway.lines.filter(({ message }) => message === 'balance below the price')).not.toEqual([]);
    const next = await gateway.get('/places/search.php', { ...account, keyword: 'c16 next' });
    expect([next.status, next.json.code]).toEqual([402, 'insufficient_credits']);
  });

  test('C17 two calls at once on the credits of one', async () => {
    const account = await gateway.account(10);
    for (const query of ['c17 one', 'c17 two']) {
      gateway.desk.searches.set(query, async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { results: numberedRows(10) };
      });
    }
    const replies = await Promise.all(
      ['c17 one', 'c17 two'].map((query) => gateway.get('/search.php', { ...account, query })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 402]);
    expect(await gateway.balance(account)).toBe(0);
  });

  test('C18 a cached answer needs no credits', async () => {
    const rich = await gateway.account();
    const poor = await gateway.account(0);
    gateway.desk.sites.set('c18.org', { '/': mails('a@c18.org') });
    const calls: [string, Record<string, string>][] = [
      ['/search.php', { query: 'c18' }],
      ['/crawl.php', { domain: 'c18.org' }],
      ['/places/reviews.php', { place_id: 'c18' }],
    ];
    for (const [path, parameters] of calls) {
      const cold = await gateway.get(path, { ...poor, ...parameters });
      expect([path, cold.status, cold.json.code]).toEqual([path, 402, 'insufficient_credits']);
      expect((await gateway.get(path, { ...rich, ...parameters })).status).toBe(200);
      const warm = await gateway.get(path, { ...poor, ...parameters });
      expect([path, warm.status, warm.json.credits_used]).toEqual([path, 200, 0]);
    }
  });

  test('C19 at balance 0 a places search answers from its kept list, or not at all', async () => {
    const account = await gateway.account(200);
    gateway.desk.lists.set('c19', { ids: places(1900, 20), next: 'c19-token' });
    const first = await gateway.get('/places/search.php', { ...account, keyword: 'c19' });
    expect(first.json.credits_used).toBe(200);
    const asked = gateway.desk.asked.lists.length;
    const second = await gateway.get('/places/search.php', { ...account, keyword: ' c19 ' });
    expect([second.status, second.json.credits_used]).toEqual([200, 0]);
    expect(second.json.data.next_page_token).toBe('c19-token');
    expect(second.json.data.results).toEqual(first.json.data.results.map((row) => ({ ...row, cached: true })));
    const unknown = await gateway.get('/places/search.php', { ...account, keyword: 'c19 unknown' });
    const nextPage = await gateway.get('/places/search.php', { ...account, pagetoken: 'c19-token' });
    expect([unknown.status, nextPage.status]).toEqual([402, 402]);
    expect(gateway.desk.asked.lists).toHaveLength(asked);
    // With credits the list is asked for anew.
    const rich = await gateway.account();
    await gateway.get('/places/search.php', { ...rich, keyword: 'c19' });
    expect(gateway.desk.asked.lists).toHaveLength(asked + 1);
  });

  test('C20 ads at balance 0 are refused before anybody is asked, history or not', async () => {
    const rich = await gateway.account();
    const poor = await gateway.account(0);
    gateway.desk.searches.set('c20', { results: numberedRows(1), ads: numberedAds(2, 2000) });
    await gateway.get('/ads.php', { ...rich, query: 'c20' });
    const asked = gateway.desk.asked.searches.length;
    const { status, json } = await gateway.get('/ads.php', { ...poor, query: 'c20' });
    expect([status, json.code]).toEqual([402, 'insufficient_credits']);
    expect(gateway.desk.asked.searches).toHaveLength(asked);
  });

  test('C21 places that fail are left out and free; where all fail, so does the call', async () => {
    const account = await gateway.account();
    const broken = { status: 404, type: 'application/json', body: '{"error":{"code":404,"status":"NOT_FOUND"}}' };
    for (const id of [...places(2100, 20), ...places(2120, 17)]) gateway.desk.places.set(id, broken);
    gateway.desk.lists.set('c21 all', { ids: places(2100, 20) });
    gateway.desk.lists.set('c21 some', { ids: places(2120, 20) });
    const all = await gateway.get('/places/search.php', { ...account, keyword: 'c21 all' });
    expect([all.status, all.json.code]).toEqual([502, 'api_error']);
    expect(await gateway.balance(account)).toBe(1_000);
    const some = await gateway.get('/places/search.php', { ...account, keyword: 'c21 some' });
    expect(some.json).toMatchObject({ credits_used: 30, data: { results_count: 3 } });
    expect(some.json.data.results.map(({ place_id }) => place_id)).toEqual(places(2137, 3));
    expect(await gateway.balance(account)).toBe(970);
  });

  test('C22 of two equal misses at once one fetches and pays, the other follows, whatever its balance', async () => {
    const rich = await gateway.account();
    const poor = await gateway.account(0);
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { results: numberedRows(10) };
    };
    gateway.desk.searches.set('c22', slowly);
    const asked = gateway.desk.asked.searches.length;
    const leader = gateway.get('/search.php', { ...rich, query: 'c22' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const followers = await Promise.all([
      gateway.get('/search.php', { ...rich, query: ' c22' }),
      gateway.get('/search.php', { ...poor, query: 'c22' }),
    ]);
    expect((await leader).json.credits_used).toBe(10);
    expect(followers.map(({ status, json }) => [status, json.credits_used])).toEqual([
      [200, 0],
      [200, 0],
    ]);
    expect(gateway.desk.asked.searches).toHaveLength(asked + 1);
    expect(await gateway.balance(rich)).toBe(990);

    gateway.desk.reviews.set('c22', { status: 404, type: 'application/json', body: '{}', afterMilliseconds: 300 });
    const failing = await Promise.all([
      gateway.get('/places/reviews.php', { ...rich, place_id: 'c22' }),
      gateway.get('/places/reviews.php', { ...rich, place_id: 'c22' }),
    ]);
    expect(failing.map(({ json }) => json.code)).toEqual(['api_error', 'api_error']);
    expect(await gateway.balance(rich)).toBe(990);
  });

  test('C22 followers on another gateway of the same database follow too', async () => {
    await withGateway({}, async (other) => {
      const account = await gateway.account();
      for (const { desk } of [gateway, other]) {
        desk.searches.set('c22 far', async () => {
          await new Promise((resolve) => setTimeout(resolve, 400));
          return { results: numberedRows(10) };
        });
      }
      const replies = await Promise.all(
        [gateway, other].map((each) => each.get('/search.php', { ...account, query: 'c22 far' })),
      );
      expect(replies.map(({ json }) => json.credits_used).sort()).toEqual([0, 10]);
      expect(
        [...gateway.desk.asked.searches, ...other.desk.asked.searches].filter(({ query }) => query === 'c22 far'),
      ).toHaveLength(1);
    });
  });

  test('C23 who leaves during a call finds its answer paid and kept', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c23', async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      return { results: numberedRows(10) };
    });
    const leave = AbortSignal.timeout(150);
    await expect(gateway.get('/search.php', { ...account, query: 'c23' }, { signal: leave })).rejects.toThrow();
    const { json } = await gateway.get('/search.php', { ...account, query: 'c23' });
    expect(json).toMatchObject({ credits_used: 0, data: { results_count: 10 } });
    expect(await gateway.balance(account)).toBe(990);
  });

  test('C23 ads under the same Idempotency-Key are searched and paid once', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('c23 ads', async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { results: numberedRows(1), ads: numberedAds(8, 2_300) };
    });
    const ask = (query: string, key: string, as = account) =>
      gateway.get('/ads.php', { ...as, query }, { headers: { 'idempotency-key': key } });
    const asked = () => gateway.desk.asked.searches.filter(({ query }) => query === 'c23 ads').length;
    const [first, twin] = await Promise.all([ask('c23 ads', 'k1'), ask('c23 ads', 'k1')]);
    const again = await ask('c23 ads', 'k1');
    expect([first.json.credits_used, twin.json.credits_used].sort()).toEqual([0, 10]);
    expect(again.json).toEqual({ ...first.json, credits_used: 0 });
    expect(asked()).toBe(1);
    const other = await ask('c23 other', 'k1');
    expect([other.status, other.json.code]).toEqual([400, 'invalid_param']);
    expect((await ask('c23 ads', 'k2')).json.credits_used).toBe(10);
    expect((await ask('c23 ads', 'k1', await gateway.account())).json.credits_used).toBe(10);
    expect(await gateway.balance(account)).toBe(980);
  });

  test('C24 an error has exactly three keys', async () => {
    const account = await gateway.account();
    const replies = [
      await gateway.get('/search.php', {}),
      await gateway.get('/search.php', account),
      await gateway.get('/nothing.php', account),
      await gateway.get('/crawl.php', { ...account, domain: 'nowhere.c24.org' }),
    ];
    for (const { json } of replies) {
      expect(Object.keys(json)).toEqual(['status', 'code', 'message']);
      expect(json.status).toBe('error');
    }
  });
});
