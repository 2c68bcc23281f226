import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrawlOutcome, crawlWebsite } from '../../packages/engine/src/crawl/crawl-website.ts';
import { crawlLimits } from '../../packages/engine/src/crawl/limits.ts';
import { createPageReader } from '../../packages/engine/src/crawl/page-reader.ts';
import { readRobots } from '../../packages/engine/src/crawl/robots.ts';
import { bomb, drip, headerFlood } from '../support/hostile-answers.ts';
import { type Answer, guardedFetcher, type Site, startSite, userAgent } from '../support/start-site.ts';
import { createTestClock } from '../support/test-clock.ts';

const stop = new AbortController();

const traps: Record<string, Answer> = {
  '/bomb': bomb,
  '/bomb-in-bomb': {
    headers: { 'content-encoding': 'gzip, gzip' },
    body: gzipSync(gzipSync(Buffer.alloc(50_000_000))),
  },
  '/many-encodings': { headers: { 'content-encoding': 'gzip, gzip, gzip, gzip' }, body: gzipSync('a') },
  '/no-gzip': { headers: { 'content-encoding': 'gzip' }, body: 'this is no gzip' },
  '/drip': drip,
  '/headers': headerFlood,
  '/many-headers': {
    headers: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x-${index}`, 'y'.repeat(60)])),
  },
  '/silent': () => {},
  '/half': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100000' });
    response.write('<p>half a page info@site.org');
    setTimeout(() => response.destroy(), 50);
  },
  '/half-gzip': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip', 'content-length': '100000' });
    response.write(gzipSync('<p>half a page</p>'.repeat(100)).subarray(0, 60));
    setTimeout(() => response.destroy(), 50);
  },
  '/loop': { status: 302, headers: { location: '/loop' } },
  '/loop-a': { status: 302, headers: { location: '/loop-b' } },
  '/loop-b': { status: 302, headers: { location: '/loop-a' } },
  '/endless': (request, response) => {
    response.writeHead(302, { location: `${request.url}x`, 'content-type': 'text/html' });
    response.end('x'.repeat(1_000_000));
  },
  '/garbage': (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  '/upgrade': (request) => request.socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'),
};

let site: Site;
let fetcher: ReturnType<typeof guardedFetcher>;
beforeAll(async () => {
  site = await startSite((_host, path) => traps[path.replace(/x+$/, '')] ?? traps[path] ?? pages.get(path));
  fetcher = guardedFetcher({ allow: '127.0.0.1', pageMillisecondsMax: 1_500 });
});
afterAll(async () => {
  stop.abort();
  await fetcher.close();
  await site.close();
});
const pages = new Map<string, Answer>();
const at = (path: string) => `http://site.org:${site.port}${path}`;
const fetchPath = (path: string) => fetcher.fetchPage({ url: at(path), signal: stop.signal });
const failsWith = (reason: string) => expect.objectContaining({ name: 'PageFetchError', reason });

describe('a fetch ends, whatever the site does', () => {
  it.each(['/bomb', '/bomb-in-bomb'])('%s is cut at two megabytes', async (path) => {
    const before = process.memoryUsage().rss;
    const page = await fetchPath(path);
    expect(page.body.byteLength).toBe(2 * 1024 * 1024);
    expect(page.truncated).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it.each([
    ['/drip', 'timeout'],
    ['/silent', 'timeout'],
    ['/headers', 'protocol'],
    ['/many-headers', 'protocol'],
    ['/many-encodings', 'protocol'],
    ['/no-gzip', 'protocol'],
    ['/half', 'connect'],
    ['/half-gzip', 'connect'],
    ['/loop', 'too_many_redirects'],
    ['/loop-a', 'too_many_redirects'],
    ['/endless', 'too_many_redirects'],
    ['/garbage', 'protocol'],
  ])('%s ends as %s', async (path, reason) => {
    await expect(fetchPath(path)).rejects.toThrow(failsWith(reason));
  });

  it('/upgrade ends too', async () => {
    await expect(fetchPath('/upgrade')).rejects.toThrow(expect.objectContaining({ name: 'PageFetchError' }));
  });
});

describe('a crawl among traps', () => {
  const crawl = async (home: string, deps: object = {}): Promise<CrawlOutcome> => {
    pages.set('/', home);
    const all = {
      fetchPage: fetcher.fetchPage,
      clock: createTestClock(),
      robots: 'respect' as const,
      userAgent,
      renderPage: null,
      ...deps,
    };
    return crawlWebsite(all, { url: at(''), signal: stop.signal });
  };

  it('brings home what the other pages have', async () => {
    pages.set('/kontakt', '<p>Our address is info@site.org</p>');
    const outcome = await crawl(
      [...Object.keys(traps), '/kontakt'].map((path) => `<a href="${path}">${path}</a>`).join(''),
    );
    expect(outcome.emails).toEqual(['info@site.org']);
    expect(outcome.coverage.status).toBe('OK');
    expect(outcome.coverage.notes.join()).toContain('could not be read');
  });

  it('a hostile robots.txt neither ends it nor holds up others', async () => {
    const large = 500_000;
    const texts = [
      `User-agent: *\n${`Disallow: /${'*a'.repeat(200)}\n`.repeat(large / 400)}`,
      `User-agent: *\nDisallow: /${'*a'.repeat(large / 2)}`,
      `User-agent: *\n${'Disallow: /a\n'.repeat(large / 13)}`,
      'User-agent: a\n'.repeat(large / 14),
      'Sitemap: /a\n'.repeat(large / 12),
      `User-agent: *\n${'Disallow: /%%%é\n'.repeat(large / 17)}`,
      ':'.repeat(large),
      '\n'.repeat(large),
      '#'.repeat(large),
    ];
    for (const text of texts) {
      pages.set('/robots.txt', { headers: { 'content-type': 'text/plain' }, body: text });
      const { fetchPage } = fetcher;
      const pause = await longestPause(async () => {
        const rules = await readRobots({ fetchPage, userAgent }, { origin: at('').slice(0, -1), signal: stop.signal });
        rules.allows(at(`/${'a'.repeat(980)}`));
      });
      expect(pause, text.slice(0, 40)).toBeLessThan(pauseMillisecondsMax);
    }
    pages.delete('/robots.txt');
  });

  it('hostile pages hold nobody up for longer than 50 ms', async () => {
    const readPage = createPageReader();
    const pieces = [
      'a@',
      'a@a.',
      'x1@mail.example.de;',
      '+1 (',
      '+49 30 1234560 ',
      '<',
      '<a href=/x>',
      '<div>',
      '&#64;',
    ];
    const links = '<a href=/a-b-c-d/e-f-g/h-i-j/k-l-m/n-o-p/?utm_a=1&b=2#x>ü a b c d</a>';
    const bodies = [
      ...pieces.map((piece) => piece.repeat(Math.ceil(2_000_000 / piece.length))),
      ...pieces.map((piece) => piece.repeat(Math.floor(crawlLimits.scanHereBytesMax / piece.length))),
      Array.from({ length: 1_700 }, (_, index) => links.replace('x', String(index)).replace('a-b', `a${index}-b`)).join(
        '',
      ),
      Array.from({ length: 3_000 }, (_, index) => links.replace('x', String(index)).replace('a-b', `a${index}-b`)).join(
        '',
      ),
      `<a href="/${'/'.repeat(900)}a">`.repeat(2_000),
      Array.from({ length: 150 }, (_, index) => `<link rel=alternate hreflang=de href=/${index}>`).join(''),
    ];
    // The code is compiled, and the thread started, before anything is measured.
    await readPage({ body: Buffer.from('a'.repeat(300_000)), contentType: 'text/html', url: at('/') });
    await crawl('<p>a@site.org</p>', { readPage });
    for (const body of bodies) {
      const pause = await longestPause(async () => {
        await crawl(body, { readPage });
      });
      expect(pause, body.slice(0, 40)).toBeLessThan(pauseMillisecondsMax);
    }
  }, 120_000);

  it('large pages that come at once are all read by the one thread', async () => {
    const readPage = createPageReader();
    const body = Buffer.from(`<p>a@site.org</p>${' '.repeat(400_000)}`);
    const read = () => readPage({ body, contentType: 'text/html', url: at('/') });
    const scans = await Promise.all([read(), read(), read()]);
    expect(scans.map(({ contacts }) => contacts[0]?.value)).toEqual(['a@site.org', 'a@site.org', 'a@site.org']);
    expect((await read()).contacts).toHaveLength(1);
  });
});

const pauseMillisecondsMax = 50;

/**
 * The shortest, over a few runs, of the longest turns of the event loop, in this thread's own time: what the machine takes away in a busy moment is
 * not the crawl's.
 */
async function longestPause(run: () => Promise<void>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 4 && least >= pauseMillisecondsMax; look += 1) {
    let longest = 0;
    let isRunning = true;
    let before = process.threadCpuUsage();
    const turn = () => {
      const { user, system } = process.threadCpuUsage(before);
      before = process.threadCpuUsage();
      longest = Math.max(longest, (user + system) / 1_000);
      if (isRunning) setImmediate(turn);
    };
    setImmediate(turn);
    await run();
    isRunning = false;
    await new Promise((resolve) => setTimeout(resolve, 10));
    least = Math.min(least, longest);
  }
  return least;
}
