import { expect, it } from 'vitest';
import type { FetchPage, FetchPageRequest } from '../../packages/engine/src/ports/page-fetcher.ts';
import { resolveLinks } from '../../packages/engine/src/serp/resolve-links.ts';
import { searchPages } from '../../packages/engine/src/serp/search-pages.ts';
import { googlePage, type Row, setUpSearch } from '../support/search-desk.ts';

/** Google's door as its users describe it: the target stands in `Location`, at times under a status 402, at times for GET alone. */
function createDoor(targets: Record<string, string | null>, { headToo = true } = {}) {
  const asked: FetchPageRequest[] = [];
  const fetchPage: FetchPage = async (request) => {
    asked.push(request);
    const location = !headToo && request.method === 'HEAD' ? null : (targets[request.url] ?? null);
    return {
      requestedUrl: request.url,
      url: request.url,
      status: location === null ? 200 : 402,
      contentType: 'text/html',
      location,
      body: new Uint8Array(),
      truncated: false,
    };
  };
  return { asked, fetchPage };
}

const goto = (token: string) => `https://www.google.com/goto?url=${token}`;
const signal = new AbortController().signal;

it('learns where an opaque link leads without following it, by HEAD, then by GET', async () => {
  const targets = { [goto('CAESa')]: 'https://a.org/page?x=1', [goto('CAESb')]: '/url?q=https%3A%2F%2Fb.org%2F&sa=U' };
  for (const headToo of [true, false]) {
    const { asked, fetchPage } = createDoor(targets, { headToo });
    const found = await resolveLinks({ fetchPage }, { links: [goto('CAESa'), goto('CAESb'), goto('CAESa')], signal });
    expect(Object.fromEntries(found)).toEqual({
      [goto('CAESa')]: 'https://a.org/page?x=1',
      [goto('CAESb')]: 'https://b.org/',
    });
    expect(asked.every(({ followRedirects }) => followRedirects === false)).toBe(true);
    expect(asked.map(({ method }) => method).sort()).toEqual(
      headToo ? ['HEAD', 'HEAD'] : ['GET', 'GET', 'HEAD', 'HEAD'],
    );
  }
});

it('takes neither a captcha, nor a consent page, nor a script for the target', async () => {
  const { fetchPage } = createDoor({
    [goto('CAESa')]: 'https://www.google.com/sorry/index?continue=x',
    [goto('CAESb')]: 'https://consent.google.com/ml?continue=x',
    [goto('CAESc')]: 'javascript:alert(1)',
    [goto('CAESd')]: 'https://developers.google.com/maps',
  });
  const links = ['CAESa', 'CAESb', 'CAESc', 'CAESd'].map(goto);
  expect([...(await resolveLinks({ fetchPage }, { links, signal })).values()]).toEqual([
    'https://developers.google.com/maps',
  ]);
});

it("never asks an ad's click link, and asks at most ten links", async () => {
  const { asked, fetchPage } = createDoor({});
  await resolveLinks(
    { fetchPage },
    { links: ['https://www.googleadservices.com/pagead/aclk?sa=L', 'no address'], signal },
  );
  expect(asked).toEqual([]);
  await resolveLinks({ fetchPage }, { links: Array.from({ length: 30 }, (_, index) => goto(`CAES${index}`)), signal });
  expect(new Set(asked.map(({ url }) => url)).size).toBe(10);
});

it('gives the breadcrumb address of a link that cannot be resolved, and says so with a count', async () => {
  const rows: Row[] = [
    { title: 'Known', link: '/goto?url=CAESgood', cite: 'https://known.org › shop' },
    { title: 'Unknown', link: '/goto?url=CAESbad', cite: 'https://unknown.org › about' },
    { title: 'Plain', link: 'https://plain.org/' },
  ];
  const { deps, request } = setUpSearch(() => googlePage(rows));
  const door = createDoor({ [goto('CAESgood')]: 'https://known.org/shop/coffee' });
  const { organic, coverage } = await searchPages({ ...deps, fetchPage: door.fetchPage }, request);
  expect(organic.map(({ title, link }) => [title, link])).toEqual([
    ['Known', 'https://known.org/shop/coffee'],
    ['Unknown', expect.stringMatching(/^https:\/\/unknown\.org\//)],
    ['Plain', 'https://plain.org/'],
  ]);
  expect(coverage.status).toBe('PARTIAL');
  expect(coverage.notes.join()).toMatch(/link_unresolved: 1 /);
});
