import { afterEach, describe, expect, it } from 'vitest';
import { type CrawlDeps, crawlWebsite } from '../../packages/engine/src/crawl/crawl-website.ts';
import { readLandingPage } from '../../packages/engine/src/crawl/read-landing-page.ts';
import { type Answer, guardedFetcher, type Site, startSite, userAgent } from '../support/start-site.ts';
import { createTestClock } from '../support/test-clock.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Pages = Parameters<typeof startSite>[0];

/** A site on the loopback under the name `site.org`, and what a crawl of it needs. */
async function open(pages: Pages, options: Partial<CrawlDeps> & { latencyMilliseconds?: number } = {}) {
  const { latencyMilliseconds = 0, ...deps } = options;
  const site: Site = await startSite(pages, { latencyMilliseconds });
  const fetcher = guardedFetcher({ allow: '127.0.0.1' });
  closers.push(site.close, fetcher.close);
  const crawlDeps: CrawlDeps = {
    fetchPage: fetcher.fetchPage,
    clock: createTestClock(),
    robots: 'respect',
    userAgent,
    renderPage: null,
    ...deps,
  };
  const at = (path = '', host = 'site.org') => `http://${host}:${site.port}${path}`;
  return {
    site,
    at,
    deps: crawlDeps,
    crawl: (path = '', signal = new AbortController().signal) => crawlWebsite(crawlDeps, { url: at(path), signal }),
    /** Paths of the pages asked for, without robots.txt and sitemaps. */
    asked: () =>
      site.hits.map((hit) => hit.replace(/^GET [^/]+/, '')).filter((path) => !/robots\.txt|sitemap/.test(path)),
  };
}

const link = (href: string, text = '') => `<a href="${href}">${text}</a>`;
const page = (title: string, body = '') => `<title>${title}</title><p>Words of the page ${title}.</p>${body}`;
const crawlError = expect.objectContaining({ code: 'crawl_error' });

describe('which pages are read (B8, B32)', () => {
  it('fifteen: contact-like ones first, then in order of appearance', async () => {
    const others = Array.from({ length: 30 }, (_, index) => `/p${index}`);
    const { crawl, asked } = await open((_host, path) => {
      if (path === '/robots.txt') return undefined;
      const links = [...others, '/datenschutz', '/ueber-uns', '/impressum', '/kontakt'];
      return page(path, links.map((href) => link(href)).join(''));
    });
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(15);
    expect(outcome.coverage.pagesTried).toBe(15);
    expect(asked().slice(0, 5)).toEqual(['/', '/kontakt', '/impressum', '/ueber-uns', '/datenschutz']);
    expect([...asked().slice(5)].sort()).toEqual(others.slice(0, 10).sort());
  });

  it('a failed page is replaced: 40 links, 5 of them dead, make 15 pages', async () => {
    const { crawl } = await open((_host, path) => {
      if (path === '/') return page('home', Array.from({ length: 40 }, (_, index) => link(`/p${index}`)).join(''));
      if (/^\/p[0-4]$/.test(path)) return { status: 500, body: 'broken' };
      return path.startsWith('/p') ? page(path) : undefined;
    });
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(15);
    expect(outcome.coverage).toMatchObject({ pagesTried: 20, notes: ['5 subpages could not be read'] });
  });

  it('14 links of which 2 are dead make 13 pages', async () => {
    const { crawl } = await open((_host, path) => {
      if (path === '/') return page('home', Array.from({ length: 14 }, (_, index) => link(`/p${index}`)).join(''));
      return /^\/p(?:[2-9]|1\d)$/.test(path) ? page(path) : undefined;
    });
    expect((await crawl()).pagesCrawled).toBe(13);
  });

  it('at most 30 are tried', async () => {
    const { crawl, asked } = await open((_host, path) =>
      path === '/' ? page('home', Array.from({ length: 100 }, (_, index) => link(`/p${index}`)).join('')) : undefined,
    );
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(1);
    expect(outcome.coverage.pagesTried).toBe(30);
    expect(asked()).toHaveLength(30);
  });

  it('links of subpages are followed too, those of other hosts are not', async () => {
    const { crawl, site } = await open({
      '/': page('home', `${link('/a')}${link('http://other.org/')}${link('http://sub.site.org/x')}`),
      '/a': page('a', link('b')),
      '/b': page('b', link('/deep/kontakt', 'Kontakt')),
      '/deep/kontakt': page('k', 'info@site.org'),
    });
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(4);
    expect(outcome.allEmails).toEqual(['info@site.org']);
    expect(site.hits.every((hit) => hit.startsWith('GET site.org/'))).toBe(true);
  });

  it('the text of a second link may say what the first did not', async () => {
    const others = Array.from({ length: 20 }, (_, index) => link(`/p${index}`)).join('');
    const { crawl, asked } = await open((_host, path) =>
      path === '/robots.txt'
        ? undefined
        : page(path, `${others}${link('/page.php?id=7')}${link('/page.php?id=7', 'Contactez-nous')}`),
    );
    await crawl();
    expect(asked()[1]).toBe('/page.php?id=7');
  });

  it('a page is asked for as the site writes it', async () => {
    const { crawl, asked } = await open({
      '/': page('home', link('/kontakt/#form')),
      '/kontakt/': page('k'),
    });
    expect((await crawl()).pagesCrawled).toBe(2);
    expect(asked()).toEqual(['/', '/kontakt/']);
  });

  it('what is no page is skipped by its ending, and by what it turns out to be', async () => {
    const { crawl, asked } = await open({
      '/': page('home', ['/a.pdf', '/b.jpg', '/c.zip', '/d', '/e', '/f.php'].map((href) => link(href)).join('')),
      '/d': { headers: { 'content-type': 'application/pdf' }, body: '%PDF info@site.org' },
      '/e': { headers: { 'content-type': 'image/png' }, body: 'x' },
      '/f.php': page('f'),
    });
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(2);
    expect(outcome.allEmails).toEqual([]);
    expect(asked().sort()).toEqual(['/', '/d', '/e', '/f.php']);
  });
});

describe('each page once', () => {
  it('whatever scheme, www, default document, slash, fragment or tracking its links have', async () => {
    const { crawl, asked, at } = await open((host, path) => {
      if (path === '/') {
        const port = at('').split(':').pop();
        const hrefs = [
          '/about',
          '/about/',
          '/about#team',
          '/about?utm_source=menu&utm_medium=x',
          `http://www.site.org:${port}/about`,
          '/index.html',
          '/?gclid=1',
          `//${host}:${port}/`,
        ];
        return page('home', hrefs.map((href) => link(href)).join(''));
      }
      return path.startsWith('/about') ? page('about') : undefined;
    });
    expect((await crawl()).pagesCrawled).toBe(2);
    expect(asked()).toEqual(['/', '/about']);
  });

  it('its other languages are not read', async () => {
    const twins = ['en', 'de', 'fr'].map((lang) => `<link rel="alternate" hreflang="${lang}" href="/${lang}/contact">`);
    const contact = page('contact', twins.join(''));
    const { crawl, asked } = await open({
      '/': page('home', `<link rel="alternate" hreflang="de" href="/de/">${link('/de/')}${link('/en/contact')}`),
      '/de/': page('de'),
      '/en/contact': contact + link('/de/contact') + link('/fr/contact'),
      '/de/contact': contact,
      '/fr/contact': contact,
    });
    expect((await crawl()).pagesCrawled).toBe(2);
    expect(asked()).toEqual(['/', '/en/contact']);
  });

  it('a canonical address that was read already is not read under another name', async () => {
    const { crawl } = await open({
      '/': page('home', `${link('/a')}${link('/a-print')}`),
      '/a': page('a', link('/a-again')),
      '/a-print': page('a', '<link rel="canonical" href="/a">info@site.org'),
      '/a-again': page('a', '<link rel="canonical" href="/a">'),
    });
    expect((await crawl()).pagesCrawled).toBe(2);
  });

  it('pages that redirect to one page are that page', async () => {
    const { crawl } = await open({
      '/': page('home', `${link('/x')}${link('/y')}${link('/home')}${link('/target')}`),
      '/x': { status: 301, headers: { location: '/target' } },
      '/y': { status: 301, headers: { location: '/target' } },
      '/home': { status: 301, headers: { location: '/' } },
      '/target': page('target'),
    });
    expect((await crawl()).pagesCrawled).toBe(2);
  });
});

describe('redirects of the first page', () => {
  it('a site that moved to another domain is told, and both domains are its own', async () => {
    const { crawl, at } = await open((host, path) => {
      if (path === '/robots.txt') return undefined;
      if (host === 'site.org') return { status: 301, headers: { location: at('/', 'www.moved.org') } };
      return path === '/'
        ? page('home', `${link('/contact')}${link(at('/old'))} old@site.org new@moved.org else@else.org`)
        : page(path);
    });
    const outcome = await crawl();
    expect(outcome.finalUrl).toBe(at('/', 'www.moved.org'));
    expect(outcome.requestedUrl).toBe(at());
    expect(outcome.emails).toEqual(['old@site.org', 'new@moved.org']);
    expect(outcome.allEmails).toHaveLength(3);
    expect(outcome.coverage.notes.join()).toContain('www.moved.org');
  });

  it('www of the same domain is nothing to tell', async () => {
    const { crawl, at } = await open((host, path) => {
      if (path !== '/') return undefined;
      return host === 'site.org'
        ? { status: 301, headers: { location: at('/', 'www.site.org') } }
        : page('home', 'a@site.org');
    });
    const outcome = await crawl();
    expect(outcome.emails).toEqual(['a@site.org']);
    expect(outcome.coverage).toMatchObject({ status: 'OK', notes: [] });
  });
});

describe('robots.txt (B10)', () => {
  const pages = (robots: Answer): Pages => ({
    '/robots.txt': robots,
    '/': page('home', `${link('/private/contact')}${link('/open')}`),
    '/private/contact': page('private'),
    '/open': page('open'),
  });
  const text = (body: string): Answer => ({ headers: { 'content-type': 'text/plain' }, body });

  it('closes subpages, never the page that was named', async () => {
    const { crawl, asked } = await open(pages(text('User-agent: *\nDisallow: /private/\n')));
    const outcome = await crawl();
    expect(asked()).toEqual(['/', '/open']);
    expect(outcome.coverage.notes).toEqual(['1 links are closed to crawlers by robots.txt']);
    const closed = await open(pages(text('User-agent: *\nDisallow: /\n')));
    expect((await closed.crawl()).pagesCrawled).toBe(1);
  });

  it('knows us by the first word of the User-Agent', async () => {
    const { crawl } = await open(pages(text('User-agent: LeadGenEngine\nDisallow: /\n\nUser-agent: *\nAllow: /\n')));
    expect((await crawl()).pagesCrawled).toBe(1);
  });

  it('is not asked where the operator ignores it', async () => {
    const { crawl, site } = await open(pages(text('User-agent: *\nDisallow: /\n')), { robots: 'ignore' });
    expect((await crawl()).pagesCrawled).toBe(3);
    expect(site.hits.join()).not.toContain('robots.txt');
  });

  it.each<[string, Answer]>([
    ['missing', { status: 404 }],
    ['forbidden', { status: 403 }],
    ['an HTML page', '<p>User-agent: *\nDisallow: /'],
    ['cut off', (request) => request.socket.destroy()],
  ])('%s, allows all', async (_, answer) => {
    const { crawl } = await open(pages(answer));
    expect((await crawl()).pagesCrawled).toBe(3);
  });

  it('answered by a server error, allows no subpage, and the answer says so', async () => {
    const { crawl } = await open(pages({ status: 503 }));
    const outcome = await crawl();
    expect(outcome.pagesCrawled).toBe(1);
    expect(outcome.coverage.notes.join()).toContain('robots.txt');
  });

  it('of the host that a link leads to counts', async () => {
    const { crawl, asked, at } = await open((host, path) => {
      if (path === '/robots.txt') return text(host.startsWith('www.') ? 'User-agent: *\nDisallow: /closed' : '');
      if (path === '/') return page('home', `${link(at('/closed', 'www.site.org'))}${link(at('/b', 'www.site.org'))}`);
      return page(path);
    });
    await crawl();
    expect(asked()).toEqual(['/', '/b']);
  });
});

describe('a sitemap, the last resort (B32)', () => {
  const urls = (...paths: string[]) =>
    `<urlset>${paths.map((path) => `<url><loc>${path}</loc></url>`).join('')}</urlset>`;

  it('gives its contact-like pages where links run out', async () => {
    const { crawl, asked, at } = await open((_host, path) => {
      if (path === '/sitemap.xml') return urls(at('/product/1'), at('/kontakt'), at('/blog/x'), at('/about-us'));
      return path === '/robots.txt' ? undefined : page(path);
    });
    expect((await crawl()).pagesCrawled).toBe(3);
    expect(asked()).toEqual(['/', '/kontakt', '/about-us']);
  });

  it('is not asked for where links suffice', async () => {
    const { crawl, site } = await open((_host, path) =>
      path === '/robots.txt'
        ? undefined
        : page(path, Array.from({ length: 20 }, (_, index) => link(`/p${index}`)).join('')),
    );
    await crawl();
    expect(site.hits.join()).not.toContain('sitemap');
  });

  it('may be named by robots.txt, be an index and be compressed', async () => {
    const { gzipSync } = await import('node:zlib');
    const { crawl, asked, at } = await open((_host, path) => {
      if (path === '/robots.txt') {
        return { headers: { 'content-type': 'text/plain' }, body: `Sitemap: ${at('/maps/sitemap-index.xml')}` };
      }
      if (path === '/maps/sitemap-index.xml') {
        return `<sitemapindex><sitemap><loc>${at('/maps/sitemap-1.xml.gz')}</loc></sitemap></sitemapindex>`;
      }
      if (path === '/maps/sitemap-1.xml.gz') {
        return { headers: { 'content-type': 'application/gzip' }, body: gzipSync(urls(at('/impressum?a=1&amp;b=2'))) };
      }
      return page(path);
    });
    expect((await crawl()).pagesCrawled).toBe(2);
    expect(asked()).toEqual(['/', '/impressum?a=1&b=2']);
  });
});

describe('what a crawl answers', () => {
  it('fails where the first page does (B7)', async () => {
    const { crawl } = await open({
      '/gone': { status: 404 },
      '/broken': { status: 500 },
      '/pdf': { headers: { 'content-type': 'application/pdf' }, body: '%PDF' },
      '/loop': { status: 302, headers: { location: '/loop' } },
      '/cut': (request) => request.socket.destroy(),
    });
    for (const path of ['/gone', '/broken', '/pdf', '/loop', '/cut'])
      await expect(crawl(path)).rejects.toThrow(crawlError);
  });

  it('never falls back to another scheme (B7)', async () => {
    const { site, deps } = await open({ '/': page('home') });
    const url = `https://site.org:${site.port}`;
    await expect(crawlWebsite(deps, { url, signal: new AbortController().signal })).rejects.toThrow(crawlError);
    expect(site.hits).toEqual([]);
  });

  it('merges the contacts of all pages, with each page that carries them', async () => {
    const { crawl, at } = await open({
      '/': page('Home', `<meta name="description" content="About us">${link('/contact')} Info@site.org`),
      '/contact': page('Contact', 'info@site.org sales@elsewhere.org <a href="tel:+12125550147">call</a>'),
    });
    const outcome = await crawl();
    expect(outcome).toMatchObject({
      metadata: { title: 'Home', description: 'About us', keywords: '', image: '' },
      emails: ['info@site.org'],
      allEmails: ['info@site.org', 'sales@elsewhere.org'],
      phones: ['(212) 555-0147'],
      coverage: { status: 'OK', pagesTried: 2 },
    });
    expect(outcome.contacts[0]?.evidence.map(({ pageUrl }) => pageUrl)).toEqual([at(), at('/contact')]);
  });

  it('says that nothing was found', async () => {
    const { crawl } = await open({ '/': page('home') });
    expect((await crawl()).coverage).toEqual({ status: 'NO_RESULTS', pagesTried: 1, notes: [] });
  });

  it('says that a JavaScript shell was met, never that nothing is there', async () => {
    const { crawl } = await open({ '/': shell });
    const { coverage } = await crawl();
    expect(coverage.status).toBe('JS_SHELL');
    expect(coverage.notes.join()).toContain('JavaScript');
  });

  it('reads shells rendered where there is a renderer, subpages too', async () => {
    const rendered: string[] = [];
    const { crawl, at } = await open(
      { '/': shell, '/contact': shell, '/plain': page('plain') },
      {
        renderPage: async (url) => {
          rendered.push(new URL(url).pathname);
          const body = Buffer.from(
            url.endsWith('/contact') ? page('c', 'a@site.org') : page('h', link('/contact') + link('/plain')),
          );
          return {
            requestedUrl: url,
            url,
            status: 200,
            contentType: 'text/html',
            location: null,
            body,
            truncated: false,
          };
        },
      },
    );
    const outcome = await crawl();
    expect(rendered).toEqual(['/', '/contact']);
    expect(outcome.emails).toEqual(['a@site.org']);
    expect(outcome.contacts[0]?.evidence[0]?.pageUrl).toBe(at('/contact'));
    expect(outcome.coverage.status).toBe('OK');
  });

  it('keeps the shell where the renderer fails', async () => {
    const { crawl } = await open(
      { '/': shell },
      {
        renderPage: async () => {
          throw new Error('down');
        },
      },
    );
    const { coverage } = await crawl();
    expect(coverage.status).toBe('JS_SHELL');
    expect(coverage.notes).toContain('the renderer failed');
  });

  it('ends at its deadline with what was found until then (B9)', async () => {
    const clock = createTestClock();
    let passDeadline = () => {};
    const { crawl } = await open(
      {
        '/': page('home', `a@site.org ${link('/slow')}`),
        // The deadline passes while this page is being waited for.
        '/slow': () => passDeadline(),
      },
      {
        clock: {
          ...clock,
          sleep: (milliseconds, signal) => {
            expect(milliseconds).toBe(110_000);
            return new Promise((resolve, reject) => {
              passDeadline = resolve;
              signal?.addEventListener('abort', () => reject(signal.reason));
            });
          },
        },
      },
    );
    const outcome = await crawl();
    expect(outcome).toMatchObject({ emails: ['a@site.org'], pagesCrawled: 1, coverage: { status: 'PARTIAL' } });
    expect(outcome.coverage.notes.join()).toContain('110 s');
  });

  it('ends with the call', async () => {
    const stop = new AbortController();
    const { crawl } = await open({ '/': page('home', link('/slow')), '/slow': () => stop.abort(new Error('hung up')) });
    await expect(crawl('', stop.signal)).rejects.toThrow('hung up');
  });
});

describe('five requests at once per host', () => {
  it('and no more within one crawl', async () => {
    const { crawl, site } = await open(
      (_host, path) =>
        path === '/robots.txt'
          ? undefined
          : page(path, Array.from({ length: 20 }, (_, index) => link(`/p${index}`)).join('')),
      { latencyMilliseconds: 20 },
    );
    await crawl();
    expect(site.openAtMost()).toBe(5);
  });
});

describe('an ad’s landing page', () => {
  it('is one page, whatever robots.txt says and wherever its links lead (B10, B15)', async () => {
    const { deps, at, site } = await open({
      '/robots.txt': { headers: { 'content-type': 'text/plain' }, body: 'User-agent: *\nDisallow: /' },
      '/offer/': page('Offer', `a@site.org b@other.org ${link('/contact')}`),
    });
    const found = await readLandingPage(deps, { url: at('/offer/'), signal: new AbortController().signal });
    expect(found).toMatchObject({ emails: ['a@site.org'], allEmails: ['a@site.org', 'b@other.org'] });
    expect(found.metadata.title).toBe('Offer');
    expect(site.hits).toEqual(['GET site.org/offer/']);
  });

  it('that fails is crawl_error', async () => {
    const { deps, at } = await open({});
    await expect(readLandingPage(deps, { url: at('/'), signal: new AbortController().signal })).rejects.toThrow(
      crawlError,
    );
  });
});

const shell = '<!doctype html><title>App</title><div id="root"></div><script src="/app.js"></script>';
