import { afterAll, beforeAll, expect, test } from 'vitest';
import { importAds } from '../../packages/engine/src/ads/import-ads.ts';
import { readImportedAd } from '../../packages/engine/src/ads/read-imported-ad.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { type GatewayOptions, startGateway, type TestGateway } from '../support/start-gateway.ts';
import { createTestClock } from '../support/test-clock.ts';

const page = (body: string, head = '') =>
  `<!doctype html><html><head><title>T</title>${head}</head><body>${body}</body></html>`;
const mail = (...addresses: string[]) =>
  page(addresses.map((each) => `<p><a href="mailto:${each}">${each}</a></p>`).join(''));
const links = (...paths: string[]) => paths.map((path) => `<a href="${path}">${path}</a>`).join(' ');

const emptyContacts = {
  emails: [],
  phones: [],
  social_links: [],
  metadata: { title: '', description: '', keywords: '', image: '' },
};

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store, {
      names: { 'private.b7.org': '10.1.2.3', 'mixed.b7.org': '169.254.169.254' },
    });
  });
  afterAll(() => gateway?.close());

  async function withGateway(options: GatewayOptions, run: (other: TestGateway) => Promise<void>): Promise<void> {
    const other = await startGateway(opened().store, options);
    try {
      await run(other);
    } finally {
      await other.close();
    }
  }

  const crawl = async (domain: string, at = gateway) =>
    (await at.get('/crawl.php', { ...(await at.account()), domain })).json;
  const asked = (host: string) => gateway.desk.asked.pages.filter((each) => each.startsWith(`${host}/`));

  test('B1 contacts of a search are those of title, text and link; no page is visited', async () => {
    const account = await gateway.account();
    gateway.desk.sites.set('b1.org', { '/': mail('page@b1.org') });
    gateway.desk.searches.set('b1', {
      results: [
        { title: 'Ask title@b1.org', link: 'https://b1.org/', text: 'or text@b1.org, (212) 555-0147' },
        { title: 'Two', link: 'https://b1.org/?contact=link@b1.org', text: 'Nothing.' },
      ],
    });
    const { json } = await gateway.get('/search.php', { ...account, query: 'b1' });
    expect(json.data.results.map(({ emails }) => emails)).toEqual([['title@b1.org', 'text@b1.org'], ['link@b1.org']]);
    expect(json.data.results[0]!.phones).toEqual(['(212) 555-0147']);
    expect(json.credits_used).toBe(3);
    expect(asked('b1.org')).toEqual([]);
    expect(gateway.desk.asked.searches.filter(({ query }) => query === 'b1')).toHaveLength(1);
  });

  test('B2 a placeholder domain is real for its own site alone', async () => {
    gateway.desk.sites.set('example.com', { '/': mail('contact@example.com', 'x@wix.com', 'logo@2x.png') });
    gateway.desk.sites.set('b2.org', { '/': mail('contact@example.com', 'own@b2.org') });
    gateway.desk.sites.set('b2.example', { '/': mail('own@b2.example') });
    const own = await crawl('example.com');
    expect([own.data.emails, own.data.all_emails, own.credits_used]).toEqual([
      ['contact@example.com'],
      ['contact@example.com'],
      1,
    ]);
    expect((await crawl('b2.org')).data.all_emails).toEqual(['own@b2.org']);
    expect((await crawl('b2.example')).data.emails).toEqual(['own@b2.example']);
  });

  test('B3 generic local parts are dropped and free, exactly those', async () => {
    const junk = [
      'admin',
      'noreply',
      'no-reply',
      'no_reply',
      'donotreply',
      'do-not-reply',
      'test',
      'example',
      'yourname',
      'user',
      'username',
    ];
    const kept = ['info', 'hello', 'sales', 'support', 'hr', 'administration', 'testing'];
    gateway.desk.sites.set('b3.org', { '/': mail(...[...junk, 'ADMIN', ...kept].map((local) => `${local}@b3.org`)) });
    const { data, credits_used } = await crawl('b3.org');
    expect(data.all_emails).toEqual(kept.map((local) => `${local}@b3.org`));
    expect(credits_used).toBe(kept.length);
    gateway.desk.sites.set('b3a.org', { '/': mail('admin@b3a.org') });
    expect((await crawl('b3a.org')).credits_used).toBe(0);
  });

  test('B4 junk is in neither list; all_emails holds emails', async () => {
    gateway.desk.sites.set('b4.org', {
      '/': mail('own@b4.org', 'x@wix.com', 'far@elsewhere.net', 'a@b.squarespace.com'),
    });
    const { data } = await crawl('b4.org');
    expect([data.emails, data.all_emails]).toEqual([['own@b4.org'], ['own@b4.org', 'far@elsewhere.net']]);
  });

  test('B5 the domain of an address is the registrable one, of the requested or the final host', async () => {
    const { desk } = gateway;
    desk.sites.set('www.b5.co.uk', { '/': mail('a@b5.co.uk', 'b@mail.b5.co.uk', 'c@other.co.uk') });
    desk.sites.set('a5.github.io', { '/': mail('x@a5.github.io', 'y@b5.github.io') });
    desk.sites.set('b5old.org', { '/': { status: 301, body: '', headers: { location: 'https://b5new.com/' } } });
    desk.sites.set('b5new.com', { '/': mail('a@b5old.org', 'b@b5new.com', 'c@b5other.com') });
    expect((await crawl('www.b5.co.uk')).data.emails).toEqual(['a@b5.co.uk', 'b@mail.b5.co.uk']);
    const pages = await crawl('a5.github.io');
    expect([pages.data.emails, pages.data.all_emails]).toEqual([
      ['x@a5.github.io'],
      ['x@a5.github.io', 'y@b5.github.io'],
    ]);
    expect((await crawl('b5old.org')).data.emails).toEqual(['a@b5old.org', 'b@b5new.com']);
  });

  test('B6 data.domain is the address that was asked for, in its normal form', async () => {
    gateway.desk.sites.set('b6.org', {
      '/contact': mail('a@b6.org'),
      '/old': { status: 302, body: '', headers: { location: '/contact' } },
    });
    expect((await crawl('b6.org/contact')).data.domain).toBe('https://b6.org/contact');
    expect((await crawl('HTTP://B6.org:80/old#top')).data.domain).toBe('http://b6.org/old');
  });

  test('B7 what cannot be an address is 400; what cannot be reached or is no page is 502; nothing private is reached', async () => {
    const { desk } = gateway;
    desk.sites.set('b7.org', {
      '/away': { status: 302, body: '', headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
      '/inside': { status: 302, body: '', headers: { location: 'http://127.0.0.1/' } },
      '/scheme': { status: 302, body: '', headers: { location: 'file:///etc/passwd' } },
      '/name': { status: 302, body: '', headers: { location: 'http://private.b7.org/' } },
      '/loop': { status: 302, body: '', headers: { location: '/loop' } },
      '/missing': { status: 404, body: mail('a@b7.org') },
      '/broken': { status: 500, body: mail('a@b7.org') },
      '/pdf': { type: 'application/pdf', body: '%PDF' },
      '/text': { type: 'text/plain', body: 'mail a@b7.org' },
      '/json': { type: 'application/json', body: '{}' },
    });
    const bad = [
      '127.0.0.1',
      'http://127.0.0.1/',
      '127.1',
      '2130706433',
      '0x7f000001',
      '10.0.0.1',
      '192.168.1.1',
      '172.16.0.1',
      '169.254.169.254',
      '0.0.0.0',
      '[::1]',
      'http://[::ffff:127.0.0.1]/',
      '[fd00::1]',
      '100.64.0.1',
      'ftp://b7.org',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'mailto:a@b7.org',
      'https://',
      'http:///',
      'not a host',
      'https://user:secret@b7.org',
    ];
    for (const domain of bad) {
      const { code } = await crawl(domain);
      expect([domain, code]).toEqual([domain, 'invalid_param']);
    }
    const unreachable = [
      'private.b7.org',
      'mixed.b7.org',
      'nowhere.b7.org',
      'b7.org:8080',
      'localhost',
      'b7.org/away',
      'b7.org/inside',
      'b7.org/scheme',
      'b7.org/name',
      'b7.org/loop',
      'b7.org/missing',
      'b7.org/broken',
      'b7.org/pdf',
      'b7.org/text',
      'b7.org/json',
    ];
    for (const domain of unreachable) {
      const { code, message } = await crawl(domain);
      expect([domain, code]).toEqual([domain, 'crawl_error']);
      // What a name resolves to is nobody's business.
      expect(message).not.toContain('10.1.2.3');
    }
  });

  test('B7 an entry of the operator opens a private address, and only that', async () => {
    const options = { crawlAllow: '127.0.0.1', names: { 'inside.b7.org': '127.0.0.1', 'other.b7.org': '127.0.0.2' } };
    await withGateway(options, async (other) => {
      for (const name of ['inside.b7.org', '127.0.0.1']) {
        other.desk.sites.set(`${name}:${other.desk.port}`, { '/': mail('a@b7.org') });
        const reply = await crawl(`http://${name}:${other.desk.port}`, other);
        expect([name, reply.status]).toEqual([name, 'success']);
      }
      expect((await crawl('127.0.0.2', other)).code).toBe('invalid_param');
      expect((await crawl(`http://other.b7.org:${other.desk.port}`, other)).code).toBe('crawl_error');
    });
  });

  test('B8 pages_crawled counts pages that were read, the first one included', async () => {
    const paths = Array.from({ length: 14 }, (_, index) => `/p${index}`);
    const site = Object.fromEntries(paths.slice(0, 12).map((path) => [path, page('x')]));
    gateway.desk.sites.set('b8.org', { ...site, '/': page(`<a href="mailto:a@b8.org">m</a>${links(...paths)}`) });
    expect((await crawl('b8.org')).data.pages_crawled).toBe(13);
  });

  test('B9 a crawl that meets its time limit gives what there is', async () => {
    const clock = createTestClock();
    const { sleep } = clock;
    // The limit of 110 s comes after half a second.
    clock.sleep = (milliseconds, signal) => sleep(milliseconds >= 110_000 ? 500 : milliseconds, signal);
    await withGateway({ clock }, async (other) => {
      const slow = { body: mail('slow@b9.org'), afterMilliseconds: 5_000 };
      other.desk.sites.set('b9.org', {
        '/': page(`${links('/slow', '/fast')}<a href="mailto:a@b9.org">m</a>`),
        '/slow': slow,
        '/fast': mail('fast@b9.org'),
      });
      const before = performance.now();
      const { status, data, credits_used } = await crawl('b9.org', other);
      expect(performance.now() - before).toBeLessThan(3_000);
      expect([status, data.pages_crawled, data.emails, credits_used]).toEqual([
        'success',
        2,
        ['a@b9.org', 'fast@b9.org'],
        2,
      ]);
      expect((await crawl('b9.org', other)).credits_used).toBe(0);
    });
  });

  test('B10 robots.txt closes subpages, never the page that was named', async () => {
    const site = {
      '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /closed\nDisallow: /named\n' },
      '/': page(`${links('/closed', '/open')}<a href="mailto:a@b10.org">m</a>`),
      '/named': mail('named@b10.org'),
      '/closed': mail('closed@b10.org'),
      '/open': mail('open@b10.org'),
    };
    gateway.desk.sites.set('b10.org', site);
    expect((await crawl('b10.org')).data.emails).toEqual(['a@b10.org', 'open@b10.org']);
    expect(asked('b10.org')).not.toContain('b10.org/closed');
    expect((await crawl('b10.org/named')).data.emails).toEqual(['named@b10.org']);
    await withGateway({ settings: { robots: 'ignore' } }, async (other) => {
      other.desk.sites.set('b10.net', site);
      expect((await crawl('b10.net', other)).data.all_emails).toContain('closed@b10.org');
    });
  });

  test('B11 profiles of the eleven networks; no share links, each once', async () => {
    const profiles = [
      'https://www.facebook.com/b11',
      'https://x.com/b11',
      'https://www.linkedin.com/company/b11',
      'https://instagram.com/b11',
      'https://www.youtube.com/@b11',
      'https://www.tiktok.com/@b11',
      'https://pinterest.com/b11',
      'https://www.snapchat.com/add/b11',
      'https://t.me/b11',
      'https://wa.me/12125550147',
      'https://open.spotify.com/artist/4Z8W4fKeB5YxbusRsdQVPb',
    ];
    const no = [
      'https://www.facebook.com/sharer.php?u=x',
      'https://www.facebook.com/sharer/sharer.php?u=x',
      'https://twitter.com/intent/tweet?text=x',
      'https://twitter.com/share?url=x',
      'https://www.linkedin.com/shareArticle?url=x',
      'https://pinterest.com/pin/create/button/?url=x',
      'https://t.me/share/url?url=x',
    ];
    const again = [
      'http://m.facebook.com/b11/',
      'https://twitter.com/b11',
      'https://instagram.com/b11?utm_source=site',
    ];
    gateway.desk.sites.set('b11.org', { '/': page(links(...profiles, ...no, ...again)) });
    expect((await crawl('b11.org')).data.social_links).toEqual(profiles);
  });

  test('B12 metadata has four keys, its image an absolute address', async () => {
    gateway.desk.sites.set('b12a.org', { '/': '<p><a href="mailto:a@b12a.org">m</a>' });
    gateway.desk.sites.set('b12b.org', {
      '/dir/page': page(
        '<a href="mailto:a@b12b.org">m</a>',
        '<meta name="description" content="D"><meta name="keywords" content="k, l"><meta property="og:image" content="../og.png">',
      ),
    });
    expect((await crawl('b12a.org')).data.metadata).toEqual({ title: '', description: '', keywords: '', image: '' });
    expect((await crawl('b12b.org/dir/page')).data.metadata).toEqual({
      title: 'T',
      description: 'D',
      keywords: 'k, l',
      image: 'https://b12b.org/og.png',
    });
  });

  /** Ads with landing pages on hosts of their own. */
  function advertise(from: number, count: number) {
    const ads = numberedAds(count, from);
    for (const { link } of ads) {
      const { host } = new URL(link);
      gateway.desk.sites.set(host, { '/': mail(`info@${host}`, 'far@elsewhere.net') });
    }
    return ads;
  }
  const look = async (query: string, ads: ReturnType<typeof numberedAds>, parameters: object = {}) => {
    gateway.desk.searches.set(query, { results: numberedRows(1), ads });
    return (await gateway.get('/ads.php', { ...(await gateway.account()), query, ...parameters })).json.data;
  };

  test('B13 an ad whose page failed or was not reached has the whole empty shape', async () => {
    const ads = advertise(13_000, 17);
    gateway.desk.sites.delete('advertiser13000.org');
    const { results } = await look('b13', ads);
    expect(results).toHaveLength(17);
    const byTitle = new Map(results.map((row) => [row.title, row.contact_data]));
    expect(byTitle.get('Offer 13000')).toEqual(emptyContacts);
    expect(byTitle.get('Offer 13001')!.emails).toEqual(['info@advertiser13001.org']);
    // A failed page counts as one of the fifteen.
    expect(byTitle.get('Offer 13014')!.emails).toHaveLength(1);
    expect(byTitle.get('Offer 13015')).toEqual(emptyContacts);
  });

  test('B14 fifteen pages, fresh ads by position first; kept and shared ones do not count', async () => {
    await look('b14', advertise(14_000, 6));
    const second = await look('b14', advertise(14_000, 20));
    expect(second.results.filter(({ contact_data }) => contact_data.emails.length > 0)).toHaveLength(20);
    // History fills up what fresh ads leave.
    await look('b14 old', numberedAds(4, 14_500));
    for (const { link } of numberedAds(4, 14_500)) gateway.desk.sites.set(new URL(link).host, { '/': mail('x@y.net') });
    const third = await look('b14 more', [
      ...advertise(14_600, 14),
      { ...numberedAds(1, 14_600)[0]!, title: 'Shared' },
    ]);
    expect(third.results.filter(({ contact_data }) => contact_data.emails.length > 0)).toHaveLength(15);
  });

  test('B15 of an ad the landing page alone is fetched, its own addresses shown', async () => {
    gateway.desk.sites.set('b15.org', {
      '/offer': page(`${links('/contact')}<a href="mailto:own@b15.org">m</a><a href="mailto:far@elsewhere.net">m</a>`),
      '/contact': mail('contact@b15.org'),
    });
    const { results } = await look('b15', [{ title: 'B15', link: 'https://b15.org/offer?gclid=1' }]);
    expect(results[0]!.contact_data.emails).toEqual(['own@b15.org']);
    expect(asked('b15.org').filter((each) => !each.endsWith('/robots.txt'))).toEqual(['b15.org/offer']);
  });

  test('B16 ads seen last come first, then by position', async () => {
    await withGateway({ clock: createTestClock({ at: Date.UTC(2026, 5, 1) }) }, async (other) => {
      const account = await other.account();
      const titles = async (ads: ReturnType<typeof numberedAds>) => {
        other.desk.searches.set('b16', { results: numberedRows(1), ads });
        const { json } = await other.get('/ads.php', { ...account, query: 'b16' });
        other.clock.advance(60_000);
        return json.data.results.map(({ title, position }) => `${title} ${position}`);
      };
      await titles(numberedAds(2, 1));
      await titles(numberedAds(2, 3));
      expect(await titles(numberedAds(2, 5))).toEqual([
        'Offer 5 1',
        'Offer 6 2',
        'Offer 3 1',
        'Offer 4 2',
        'Offer 1 1',
        'Offer 2 2',
      ]);
      // An ad of the same moment: history follows by position, too.
      expect((await titles([...numberedAds(1, 6)]))[0]).toBe('Offer 6 1');
    });
  });

  test('B17 active is what this search showed', async () => {
    await look('b17', advertise(17_000, 2));
    const { results } = await look('b17', advertise(17_001, 2), { page: 1 });
    const active = Object.fromEntries(results.map(({ title, is_active }) => [title, is_active]));
    expect(active).toEqual({ 'Offer 17000': false, 'Offer 17001': true, 'Offer 17002': true });
  });

  test('B18 results are the fresh and the historical ones, each once', async () => {
    await look('b18', advertise(18_000, 3));
    const both = await look('b18', advertise(18_010, 5));
    expect([both.fresh_count, both.historical_count, both.results_count, both.results.length]).toEqual([5, 3, 8, 8]);
    const fresh = await look('b18', advertise(18_010, 5), { include_history: 'false' });
    expect([fresh.fresh_count, fresh.historical_count, fresh.results_count, fresh.results.length]).toEqual([
      5, 0, 5, 5,
    ]);
    const none = await look('b18', []);
    expect([none.fresh_count, none.historical_count]).toEqual([0, 8]);
  });

  test("B19 all of the history is given, up to the operator's bound", async () => {
    const seen = '2025-01-01 00:00:00';
    const old = Array.from({ length: 1_100 }, (_, index) =>
      readImportedAd({
        query: 'b19',
        search_engine: 'google',
        title: `Old ${index}`,
        url: `https://old${index}.org/`,
        ad_text: 'An old ad.',
        first_seen: seen,
        last_seen: seen,
      }),
    );
    await importAds(opened().store, old);
    expect((await look('b19', [])).historical_count).toBe(1_000);
    await withGateway({ settings: { historyMax: 3 } }, async (other) => {
      other.desk.searches.set('b19', { results: numberedRows(1) });
      const { json } = await other.get('/ads.php', { ...(await other.account()), query: 'b19' });
      expect([json.data.historical_count, json.data.results.length]).toEqual([3, 3]);
      expect(json.data.results[0]).toMatchObject({ first_seen: '2025-01-01 00:00:00', is_active: false });
    });
  });

  test('B20 positions count from 1; an old ad keeps the last one it had', async () => {
    await look('b20', advertise(20_000, 3));
    const { results } = await look('b20', advertise(20_002, 2));
    const positions = Object.fromEntries(results.map(({ title, position }) => [title, position]));
    expect(positions).toEqual({ 'Offer 20000': 1, 'Offer 20001': 2, 'Offer 20002': 1, 'Offer 20003': 2 });
  });

  const listed = async (parameters: object, at = gateway) =>
    at.get('/places/search.php', { ...(await at.account()), ...parameters });

  test('B21 a token brings its keyword along and wins over another one', async () => {
    gateway.desk.lists.set('b21 pizza', { ids: ['b21a'], next: 'b21-token' });
    gateway.desk.lists.set('b21-token', { ids: ['b21b'] });
    await listed({ keyword: 'b21 pizza' });
    const alone = await listed({ pagetoken: 'b21-token' });
    const other = await listed({ pagetoken: 'b21-token', keyword: 'b21 sushi' });
    for (const { json } of [alone, other]) {
      expect([json.data.keyword, json.data.results.map(({ place_id }) => place_id)]).toEqual(['b21 pizza', ['b21b']]);
    }
    // A token that nobody here issued goes upstream with what was given.
    gateway.desk.lists.set('b21-strange', { ids: ['b21b'] });
    expect((await listed({ pagetoken: 'b21-strange' })).json.data.keyword).toBe('');
    expect((await listed({ pagetoken: 'b21-strange', keyword: 'b21 k' })).json.data.keyword).toBe('b21 k');
  });

  test('B22 an early token is waited for, then answered empty with itself, free; a bad one is 502', async () => {
    const account = await gateway.account();
    let refusals = 2;
    gateway.desk.lists.set('b22', { ids: ['b22a'], next: 'b22-token' });
    gateway.desk.lists.set('b22-token', () => {
      refusals -= 1;
      return refusals >= 0 ? { ids: [], isInvalid: true } : { ids: ['b22b'] };
    });
    gateway.desk.lists.set('b22 late', { ids: ['b22a'], next: 'b22-never' });
    gateway.desk.lists.set('b22-never', { ids: [], isInvalid: true });
    gateway.desk.lists.set('b22-strange', { ids: [], isInvalid: true });
    await gateway.get('/places/search.php', { ...account, keyword: 'b22' });
    const waited = await gateway.get('/places/search.php', { ...account, pagetoken: 'b22-token' });
    expect(waited.json.data.results.map(({ place_id }) => place_id)).toEqual(['b22b']);
    await gateway.get('/places/search.php', { ...account, keyword: 'b22 late' });
    const before = performance.now();
    const early = await gateway.get('/places/search.php', { ...account, pagetoken: 'b22-never' });
    expect(performance.now() - before).toBeLessThan(4_500);
    expect([early.status, early.json.credits_used]).toEqual([200, 0]);
    expect(early.json.data).toEqual({
      keyword: 'b22 late',
      results_count: 0,
      next_page_token: 'b22-never',
      results: [],
    });
    const strange = await gateway.get('/places/search.php', { ...account, pagetoken: 'b22-strange', keyword: 'b22' });
    expect([strange.status, strange.json.code]).toEqual([502, 'api_error']);
    gateway.clock.advance(121_000);
    const stale = await gateway.get('/places/search.php', { ...account, pagetoken: 'b22-never' });
    expect([stale.status, stale.json.code]).toEqual([502, 'api_error']);
  });

  test('B23 a token only where the upstream gave one, and none after the third page', async () => {
    for (const [name, next] of [
      ['b23', 'b23-2'],
      ['b23-2', 'b23-3'],
      ['b23-3', 'b23-4'],
    ]) {
      gateway.desk.lists.set(name!, { ids: [`${name}x`], next: next! });
    }
    gateway.desk.lists.set('b23 single', { ids: ['b23x'] });
    const tokens = [
      (await listed({ keyword: 'b23' })).json.data.next_page_token,
      (await listed({ pagetoken: 'b23-2' })).json.data.next_page_token,
      (await listed({ pagetoken: 'b23-3' })).json.data.next_page_token,
      (await listed({ keyword: 'b23 single' })).json.data.next_page_token,
    ];
    expect(tokens).toEqual(['b23-2', 'b23-3', null, null]);
  });

  test('B24 a place that a page names twice is shown and paid once', async () => {
    gateway.desk.lists.set('b24', { ids: ['b24a', 'b24b', 'b24a'] });
    const { json } = await listed({ keyword: 'b24' });
    expect([json.credits_used, json.data.results.map(({ place_id }) => place_id)]).toEqual([20, ['b24a', 'b24b']]);
    expect(gateway.desk.asked.details.filter((id) => id === 'b24a')).toHaveLength(1);
  });

  test('B25 open_now of a kept place is computed from its hours at the moment', async () => {
    // A Monday, 9:59 where the place is: its clock is two hours ahead of UTC.
    await withGateway({ clock: createTestClock({ at: Date.UTC(2026, 5, 1, 7, 59) }) }, async (other) => {
      other.desk.lists.set('b25', { ids: ['b25', 'b25none'] });
      other.desk.places.set('b25', { utcOffsetMinutes: 120, currentOpeningHours: { openNow: false } });
      other.desk.places.set('b25none', { regularOpeningHours: undefined, currentOpeningHours: { openNow: true } });
      const open = async () =>
        (await listed({ keyword: 'b25' }, other)).json.data.results.map(({ open_now }) => open_now);
      expect(await open()).toEqual([false, true]);
      other.clock.advance(2 * 60_000);
      expect(await open()).toEqual([true, null]);
      other.clock.advance(4 * 3_600_000);
      expect(await open()).toEqual([false, null]);
    });
  });

  const placeKeys = [
    'url',
    'name',
    'address',
    'phone',
    'website',
    'rating',
    'rating_total',
    'types',
    'weekday_text',
    'icon',
    'open_now',
    'place_id',
    'business_status',
    'cached',
  ];
  const reviewKeys = [
    'author_name',
    'author_url',
    'language',
    'rating',
    'text',
    'time',
    'relative_time_description',
    'profile_photo_url',
  ];

  test("B26 the keys of every answer are the reference's, in its order, and no others", async () => {
    const keys = async (path: string, parameters: object) => {
      const { json } = await gateway.get(path, { ...(await gateway.account()), ...parameters });
      return {
        top: Object.keys(json),
        data: Object.keys(json.data),
        row: Object.keys(json.data.results?.[0] ?? {}),
        all: json.data,
      };
    };
    gateway.desk.lists.set('b26', { ids: ['b26'] });
    gateway.desk.sites.set('b26.org', { '/': mail('a@b26.org') });
    gateway.desk.searches.set('b26 ads', { results: numberedRows(1), ads: numberedAds(1, 26_000) });
    const top = ['status', 'credits_used', 'data'];
    expect(await keys('/search.php', { query: 'b26' })).toMatchObject({
      top,
      data: ['query', 'search_engine', 'page', 'results_count', 'results'],
      row: ['title', 'link', 'description', 'emails', 'phones'],
    });
    expect(await keys('/crawl.php', { domain: 'b26.org' })).toMatchObject({
      top,
      data: ['domain', 'pages_crawled', 'metadata', 'emails', 'all_emails', 'phones', 'social_links'],
    });
    const ads = await keys('/ads.php', { query: 'b26 ads' });
    expect(ads).toMatchObject({
      top,
      data: ['query', 'search_engine', 'page', 'fresh_count', 'historical_count', 'results_count', 'results'],
      row: [
        'position',
        'title',
        'url',
        'ad_text',
        'search_engine',
        'first_seen',
        'last_seen',
        'is_active',
        'contact_data',
      ],
    });
    expect(ads.all.results[0]!.contact_data).toEqual(emptyContacts);
    expect(await keys('/places/search.php', { keyword: 'b26' })).toMatchObject({
      top,
      data: ['keyword', 'results_count', 'next_page_token', 'results'],
      row: placeKeys,
    });
    expect(await keys('/places/reviews.php', { place_id: 'b26' })).toMatchObject({
      top,
      data: ['place_id', 'reviews', 'cached'],
    });
  });

  test('B27 and B28 reviews have eight keys, at most five, in the order and words of the upstream', async () => {
    const review = (index: number) => ({
      relativePublishTimeDescription: 'a month ago',
      rating: 5,
      text: { text: `Text ${index}`, languageCode: 'de' },
      originalText: { text: 'Original', languageCode: 'fr' },
      authorAttribution: {
        displayName: `Author ${index}`,
        uri: 'https://maps.org/a',
        photoUri: 'https://photos.org/a',
      },
      publishTime: '2024-01-15T14:30:00Z',
    });
    gateway.desk.reviews.set('b27', [3, 1, 2, 5, 4, 6].map(review));
    const { json } = await gateway.get('/places/reviews.php', { ...(await gateway.account()), place_id: 'b27' });
    expect(json.data.reviews.map(({ author_name }) => author_name)).toEqual([3, 1, 2, 5, 4].map((n) => `Author ${n}`));
    expect(Object.keys(json.data.reviews[0]!)).toEqual(reviewKeys);
    expect(json.data.reviews[0]).toEqual({
      author_name: 'Author 3',
      author_url: 'https://maps.org/a',
      language: 'de',
      rating: 5,
      text: 'Text 3',
      time: 1705329000,
      relative_time_description: 'a month ago',
      profile_photo_url: 'https://photos.org/a',
    });
  });

  test('B29 a place that is not there is 502, free, and asked for all the same', async () => {
    const account = await gateway.account();
    gateway.desk.reviews.set('no such/place ?', {
      status: 404,
      type: 'application/json',
      body: '{"error":{"code":404,"status":"NOT_FOUND"}}',
    });
    gateway.desk.reviews.set('no%20such%2Fplace%20%3F', {
      status: 404,
      type: 'application/json',
      body: '{"error":{"code":404,"status":"NOT_FOUND"}}',
    });
    const { status, json } = await gateway.get('/places/reviews.php', { ...account, place_id: 'no such/place ?' });
    expect([status, json.code]).toEqual([502, 'api_error']);
    expect(await gateway.balance(account)).toBe(1_000);
  });

  test('B30 no results are a success, free, without a token', async () => {
    const { status, json } = await listed({ keyword: 'b30 nothing' });
    expect([status, json.credits_used]).toEqual([200, 0]);
    expect(json.data).toEqual({ keyword: 'b30 nothing', results_count: 0, next_page_token: null, results: [] });
    gateway.desk.searches.set('b30', { results: [] });
    const search = await gateway.get('/search.php', { ...(await gateway.account()), query: 'b30' });
    expect([search.status, search.json.credits_used, search.json.data.results]).toEqual([200, 0, []]);
  });

  test('B31 results_count is the number of results', async () => {
    gateway.desk.searches.set('b31', { results: numberedRows(4) });
    gateway.desk.lists.set('b31', { ids: ['b31a', 'b31b'] });
    const account = await gateway.account();
    const replies = [
      await gateway.get('/search.php', { ...account, query: 'b31' }),
      await gateway.get('/search.php', { ...account, query: 'b31 joined', results_per_page: 33 }),
      await gateway.get('/places/search.php', { ...account, keyword: 'b31' }),
      await gateway.get('/ads.php', { ...account, query: 'b31' }),
    ];
    for (const { json } of replies) expect(json.data.results_count).toBe(json.data.results.length);
  });

  test('B32 failed pages are replaced while links remain; contact-like pages first; links of subpages count', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => `/page-${index}`);
    const site: Record<string, string> = Object.fromEntries(paths.slice(5).map((path) => [path, page('x')]));
    site['/'] = page(links(...paths, 'https://other.org/x', '/contact', '/file.pdf'));
    site['/contact'] = mail('a@b32.org');
    gateway.desk.sites.set('b32.org', site);
    const { data } = await crawl('b32.org');
    expect([data.pages_crawled, data.emails]).toEqual([15, ['a@b32.org']]);
    const pages = asked('b32.org').filter((each) => each !== 'b32.org/robots.txt');
    expect(pages.slice(0, 2)).toEqual(['b32.org/', 'b32.org/contact']);
    expect(pages).not.toContain('b32.org/file.pdf');

    gateway.desk.sites.set('b32deep.org', { '/': page(links('/a')), '/a': page(links('https://www.b32deep.org/b')) });
    gateway.desk.sites.set('www.b32deep.org', { '/b': mail('deep@b32deep.org') });
    expect((await crawl('b32deep.org')).data).toMatchObject({ pages_crawled: 3, emails: ['deep@b32deep.org'] });

    const dead = Array.from({ length: 60 }, (_, index) => `/dead-${index}`);
    gateway.desk.sites.set('b32dead.org', { '/': page(`${links(...dead)}<a href="mailto:a@b32dead.org">m</a>`) });
    expect((await crawl('b32dead.org')).data.pages_crawled).toBe(1);
    expect(asked('b32dead.org').filter((each) => !each.endsWith('.txt')).length).toBeLessThanOrEqual(30);

    gateway.desk.sites.set('b32map.org', {
      '/': page('Nothing.'),
      '/sitemap.xml': {
        type: 'application/xml',
        body: '<urlset><url><loc>https://b32map.org/blog</loc></url><url><loc>https://b32map.org/contact-us</loc></url></urlset>',
      },
      '/contact-us': mail('map@b32map.org'),
      '/blog': mail('blog@b32map.org'),
    });
    expect((await crawl('b32map.org')).data).toMatchObject({ pages_crawled: 2, emails: ['map@b32map.org'] });
  });

  test('B21 to B30 hold on the legacy Places API too', async () => {
    await withGateway({ placesApi: 'legacy' }, async (other) => {
      const { desk } = other;
      const account = await other.account();
      const list = async (parameters: object) =>
        (await other.get('/places/search.php', { ...account, ...parameters })).json;
      desk.lists.set('old', { ids: ['OldA', 'OldB', 'OldA'], next: 'old-2' });
      desk.lists.set('old-2', { ids: ['OldC'] });
      desk.places.set('OldB', { formatted_phone_number: undefined });
      const first = await list({ keyword: 'old' });
      expect([first.credits_used, first.data.next_page_token]).toEqual([20, 'old-2']);
      expect(Object.keys(first.data.results[0]!)).toEqual(placeKeys);
      const second = await list({ pagetoken: 'old-2' });
      expect([second.data.keyword, second.data.results.map(({ place_id }) => place_id)]).toEqual(['old', ['OldC']]);
      desk.lists.set('old-2', { ids: [], isInvalid: true });
      const early = await list({ pagetoken: 'old-2' });
      expect([early.credits_used, early.data.next_page_token, early.data.results]).toEqual([0, 'old-2', []]);
      expect((await list({ pagetoken: 'strange' })).data.results).toEqual([]);
      desk.lists.set('strange', { ids: [], isInvalid: true });
      expect((await list({ pagetoken: 'strange' })).code).toBe('api_error');
      expect((await list({ keyword: 'old nothing' })).data).toMatchObject({ results: [], next_page_token: null });
      const status = (word: string) => ({ type: 'application/json', body: `{"status":"${word}"}` });
      for (const word of ['OVER_QUERY_LIMIT', 'REQUEST_DENIED', 'UNKNOWN_ERROR']) {
        desk.lists.set('old fault', status(word));
        expect([word, (await list({ keyword: 'old fault' })).code]).toEqual([word, 'api_error']);
      }
      desk.reviews.set('Gone', status('NOT_FOUND'));
      const gone = await other.get('/places/reviews.php', { ...account, place_id: 'Gone' });
      expect([gone.status, gone.json.code]).toEqual([502, 'api_error']);
      const wire = {
        author_name: 'A',
        author_url: 'u',
        language: 'en',
        original_language: 'en',
        translated: false,
        rating: 4,
        text: 't',
        time: 1705330200,
        relative_time_description: 'a month ago',
        profile_photo_url: 'p',
      };
      desk.reviews.set('Old', [wire]);
      const { json } = await other.get('/places/reviews.php', { ...account, place_id: 'Old' });
      const { original_language: _, translated: __, ...shown } = wire;
      expect(json.data.reviews).toEqual([shown]);
      expect(Object.keys(json.data.reviews[0]!)).toEqual(reviewKeys);
    });
  });
});
