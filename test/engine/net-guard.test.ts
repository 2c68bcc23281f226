import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { crawlWebsite } from '../../packages/engine/src/crawl/crawl-website.ts';
import { readLandingPage } from '../../packages/engine/src/crawl/read-landing-page.ts';
import { guardedFetcher, nakedFetcher, type Site, startSite, userAgent } from '../support/start-site.ts';
import { createTestClock } from '../support/test-clock.ts';

/** Everything that must never be asked: a server on the loopback that counts who comes. */
let canary: Site;
/** A site of a stranger's, which may be crawled and leads to the canary wherever it can. */
let stranger: Site;
let robots = '';
let sitemap = '';
let links = '';

beforeAll(async () => {
  canary = await startSite(() => '<p>SECRET secret@canary.org</p>');
  stranger = await startSite((_host, path) => {
    if (path.startsWith('/to/')) {
      // Header values are bytes: UTF-8 travels in them as Latin-1.
      const location = Buffer.from(decodeURIComponent(path.slice('/to/'.length))).toString('latin1');
      return { status: 302, headers: { location } };
    }
    if (path === '/robots.txt') {
      return robots.startsWith('http')
        ? { status: 302, headers: { location: robots } }
        : { headers: { 'content-type': 'text/plain' }, body: robots };
    }
    if (path === '/sitemap.xml' && sitemap !== '') {
      return sitemap.startsWith('http') ? { status: 301, headers: { location: sitemap } } : sitemap;
    }
    return path === '/' ? `<p>hello hello</p>${links}` : undefined;
  });
});
beforeEach(() => {
  canary.hits.length = 0;
  robots = '';
  sitemap = '';
  links = '';
});
afterAll(async () => {
  await canary.close();
  await stranger.close();
});

const signal = () => AbortSignal.timeout(10_000);
/** The canary's port counts as open, so that only the address can be what is refused. */
const onOpenPort = () => new Set([canary.port]);
const refused = expect.objectContaining({ name: 'PageFetchError', reason: 'refused_address' });

const spellings = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '0',
  '0.0.0.0',
  '2130706433',
  '0x7f000001',
  '0x7f.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.01',
  '127.0.0.1.',
  '１２７.０.０.１',
  '127。0。0。1',
  'user:password@127.0.0.1',
  'example.com@127.0.0.1',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '[fc00::1]',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '192.168.0.1',
];

describe('a private address is never connected to', () => {
  it('the canary counts: without the guard it is reached', async () => {
    const { fetchPage, close } = nakedFetcher();
    const page = await fetchPage({ url: `http://127.1:${canary.port}/`, signal: signal() });
    expect(Buffer.from(page.body).toString()).toContain('SECRET');
    expect(canary.hits).toHaveLength(1);
    await close();
  });

  it.each(spellings)('spelled %s', async (host) => {
    const { fetchPage, close } = guardedFetcher({ ports: onOpenPort() });
    await expect(fetchPage({ url: `http://${host}:${canary.port}/`, signal: signal() })).rejects.toThrow(refused);
    expect(canary.hits).toEqual([]);
    await close();
  });

  it.each([
    ['one private answer', ['127.0.0.1']],
    ['a private answer behind a public one', ['93.184.215.14', '127.0.0.1']],
    ['a mapped IPv6 answer', ['::ffff:127.0.0.1']],
    ['an IPv6 loopback answer', ['::1']],
    ['a unique local answer beside a public one', ['2606:4700::1111', 'fd00::1']],
  ])('named with %s', async (_, answers) => {
    const { fetchPage, close } = guardedFetcher({ ports: onOpenPort(), addresses: () => answers });
    await expect(fetchPage({ url: `http://rebind.org:${canary.port}/`, signal: signal() })).rejects.toThrow(refused);
    expect(canary.hits).toEqual([]);
    await close();
  });

  it('named with an answer that changes: what was resolved and checked once is what is connected to', async () => {
    let turn = 0;
    const { fetchPage, lookups, close } = guardedFetcher({
      // The first answer is a documentation address that the operator allows and where nobody listens.
      allow: '192.0.2.1',
      ports: onOpenPort(),
      addresses: () => (turn++ === 0 ? ['192.0.2.1'] : ['127.0.0.1']),
    });
    const url = `http://rebind.org:${canary.port}/`;
    await expect(fetchPage({ url, signal: AbortSignal.timeout(400) })).rejects.toThrow();
    expect(lookups).toEqual(['rebind.org']);
    await expect(fetchPage({ url, signal: signal() })).rejects.toThrow(refused);
    expect(canary.hits).toEqual([]);
    await close();
  });

  it('on a port that is not open, whatever the address', async () => {
    const { fetchPage, close } = guardedFetcher({ addresses: () => ['93.184.215.14'] });
    for (const url of ['http://8.8.8.8:22/', 'http://example.com:6379/', 'https://example.com:8443/'])
      await expect(fetchPage({ url, signal: signal() })).rejects.toThrow(refused);
    await close();
  });

  it.each(['data:text/html,hello', 'file:///etc/passwd', 'ftp://example.com/', 'blob:https://example.com/1'])(
    'by another scheme: %s',
    async (url) => {
      const { fetchPage, close } = guardedFetcher({});
      await expect(fetchPage({ url, signal: signal() })).rejects.toThrow(refused);
      await close();
    },
  );
});

describe('an operator may open what is private', () => {
  it.each([
    ['an address', (port: number) => `127.0.0.1:${port}`],
    ['a range', () => '127.0.0.0/8'],
    ['a name', (port: number) => `intranet.corp:${port}`],
    ['a name on any port', () => 'intranet.corp'],
  ])('by %s', async (_, allow) => {
    const { fetchPage, close } = guardedFetcher({ allow: allow(canary.port) });
    const page = await fetchPage({ url: `http://intranet.corp:${canary.port}/`, signal: signal() });
    expect(page.status).toBe(200);
    await close();
  });

  it('which opens no other name, port or address', async () => {
    const { fetchPage, close } = guardedFetcher({
      allow: `intranet.corp:${canary.port}, 127.0.0.1:${stranger.port}, 10.0.0.0/8`,
      ports: onOpenPort(),
    });
    for (const host of ['other.corp', '127.0.0.1', 'intranet.corp.evil.org'])
      await expect(fetchPage({ url: `http://${host}:${canary.port}/`, signal: signal() })).rejects.toThrow(refused);
    expect(canary.hits).toEqual([]);
    await close();
  });
});

describe('nothing that a stranger sends leads to a private address', () => {
  const fetcher = () => guardedFetcher({ allow: `stranger.org:${stranger.port}`, ports: onOpenPort() });
  const base = () => `http://stranger.org:${stranger.port}`;
  const crawl = async () => {
    const { fetchPage, close } = fetcher();
    const deps = { fetchPage, clock: createTestClock(), robots: 'respect' as const, userAgent, renderPage: null };
    const outcome = await crawlWebsite(deps, { url: base(), signal: signal() });
    await close();
    return outcome;
  };

  it.each([
    ...spellings.map((host) => `http://${host}:PORT/`),
    '//127.0.0.1:PORT/',
    'http://inside.corp:PORT/',
    'file:///etc/passwd',
    'data:text/html,SECRET',
    'gopher://127.0.0.1:PORT/',
  ])('a redirect to %s', async (target) => {
    const { fetchPage, close } = fetcher();
    const url = `${base()}/to/${encodeURIComponent(target.replace('PORT', String(canary.port)))}`;
    await expect(fetchPage({ url, signal: signal() })).rejects.toThrow(refused);
    expect(canary.hits).toEqual([]);
    await close();
  });

  it('robots.txt', async () => {
    robots = `http://127.0.0.1:${canary.port}/robots.txt`;
    expect((await crawl()).pagesCrawled).toBe(1);
    robots = `Sitemap: http://127.0.0.1:${canary.port}/a.xml\nSitemap: http://inside.corp:${canary.port}/b.xml`;
    expect((await crawl()).pagesCrawled).toBe(1);
    expect(canary.hits).toEqual([]);
  });

  it('a sitemap', async () => {
    sitemap = `http://[::ffff:127.0.0.1]:${canary.port}/sitemap.xml`;
    await crawl();
    sitemap = `<sitemapindex><sitemap><loc>http://127.0.0.1:${canary.port}/pages.xml</loc></sitemap></sitemapindex>`;
    await crawl();
    sitemap = `<urlset><url><loc>http://127.0.0.1:${canary.port}/contact</loc></url></urlset>`;
    await crawl();
    expect(stranger.hits.filter((hit) => hit.includes('sitemap')).length).toBeGreaterThanOrEqual(3);
    expect(canary.hits).toEqual([]);
  });

  it('links, subpages that redirect, canonical and language addresses', async () => {
    const target = `http://127.0.0.1:${canary.port}/contact`;
    links = [
      `<a href="${target}">Contact</a><a href="/to/${encodeURIComponent(target)}">Contact</a>`,
      `<link rel="canonical" href="${target}"><link rel="alternate" hreflang="de" href="${target}">`,
      `<iframe src="${target}"></iframe><base href="${target}">`,
    ].join('');
    const outcome = await crawl();
    expect(outcome.allEmails).toEqual([]);
    expect(canary.hits).toEqual([]);
  });

  it('an ad whose landing page is private or redirects there', async () => {
    const { fetchPage, close } = fetcher();
    const target = `http://127.0.0.1:${canary.port}/`;
    for (const url of [target, `${base()}/to/${encodeURIComponent(target)}`])
      await expect(readLandingPage({ fetchPage, renderPage: null }, { url, signal: signal() })).rejects.toThrow(
        expect.objectContaining({ code: 'crawl_error' }),
      );
    expect(canary.hits).toEqual([]);
    await close();
  });

  it.each([
    ...spellings.map((host) => `http://${host}:PORT/hook`),
    'http://inside.corp:PORT/hook',
    'file:///etc/passwd',
    'data:text/html,SECRET',
  ])('a webhook to %s', async (target) => {
    const { postWebhook, close } = fetcher();
    const url = target.replace('PORT', String(canary.port));
    await expect(postWebhook({ url, headers: {}, body: '{}', signal: signal() })).rejects.toThrow();
    expect(canary.hits).toEqual([]);
    await close();
  });

  it('a webhook that is redirected', async () => {
    const { postWebhook, close } = fetcher();
    const url = `${base()}/to/${encodeURIComponent(`http://127.0.0.1:${canary.port}/`)}`;
    await expect(postWebhook({ url, headers: {}, body: '{}', signal: signal() })).resolves.toBe(302);
    expect(canary.hits).toEqual([]);
    await close();
  });

  it('a crawl of a name that resolves to a private address is told as crawl_error (B7)', async () => {
    const { fetchPage, close } = fetcher();
    const deps = { fetchPage, clock: createTestClock(), robots: 'respect' as const, userAgent, renderPage: null };
    await expect(crawlWebsite(deps, { url: `http://inside.corp:${canary.port}`, signal: signal() })).rejects.toThrow(
      expect.objectContaining({ code: 'crawl_error' }),
    );
    expect(canary.hits).toEqual([]);
    await close();
  });
});
