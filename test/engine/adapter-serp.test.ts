import { readdir, readFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDirectSerp } from '../../packages/engine/src/adapters/direct-serp.ts';
import { adapterLimits } from '../../packages/engine/src/adapters/limits.ts';
import { createScraperApi } from '../../packages/engine/src/adapters/scraperapi.ts';
import { createSearxng } from '../../packages/engine/src/adapters/searxng.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import { parseCrawlAllow } from '../../packages/engine/src/net/crawl-allow.ts';
import { createFetchPage } from '../../packages/engine/src/net/fetch-page.ts';
import { createGuardedAgent } from '../../packages/engine/src/net/guarded-agent.ts';
import type { SearchEngine, SerpProvider, SerpRequest } from '../../packages/engine/src/ports/serp-provider.ts';
import { searchAddress } from '../../packages/engine/src/serp/search-address.ts';
import { fixture, hasFixtures } from '../support/fixtures.ts';
import { createTestLog } from '../support/test-log.ts';
import { closedUrl, html, json, startWireServer, type WireReply, type WireServer } from '../support/wire-server.ts';

const apiKey = 'a-key-that-nobody-may-see';
const guarded = createGuardedAgent({ allow: parseCrawlAllow('127.0.0.1') });
const fetchPage = createFetchPage({ agent: guarded, userAgent: 'test' });
const { log, lines } = createTestLog();

const request: SerpRequest = {
  engine: 'google',
  query: 'coffee & cake',
  start: 0,
  country: 'us',
  language: 'en',
  vertical: 'organic',
  route: 0,
};

/** How each provider is made over a wire, and what a good answer of it looks like there. */
const providers: {
  name: string;
  create: (url: string) => SerpProvider;
  good: WireReply & object;
  /** Whether a bad status is the provider's own; else it is the engine's, and the page tells. */
  speaksForItself: boolean;
}[] = [
  {
    name: 'scraperapi',
    create: (url) => createScraperApi({ apiKey, baseUrl: url, addressOf: searchAddress, log }),
    good: html('<!doctype html><p>A page.</p>', { 'sa-statuscode': '200' }) as WireReply & object,
    speaksForItself: true,
  },
  {
    name: 'searxng',
    create: (url) => createSearxng({ baseUrl: url }),
    good: json({
      results: [{ title: 'A', url: 'https://a.org/', content: 'About A.', engine: 'google' }],
    }) as WireReply & object,
    speaksForItself: true,
  },
  {
    name: 'direct',
    create: (url) =>
      createDirectSerp({ fetchPage, addressOf: () => ({ url: `${url}/search?q=x`, method: 'GET', headers: {} }) }),
    good: html('<!doctype html><p>A page.</p>') as WireReply & object,
    speaksForItself: false,
  },
];

let server: WireServer;
beforeAll(async () => {
  server = await startWireServer();
});
beforeEach(() => {
  server.asked.length = 0;
  lines.length = 0;
});
afterAll(async () => {
  await server.close();
  await guarded.destroy();
});

const never = () => new AbortController().signal;

async function failure(attempt: Promise<unknown>): Promise<LeadGenError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LeadGenError);
  expect(`${(error as Error).message} ${JSON.stringify(lines)}`).not.toContain(apiKey);
  expect((error as LeadGenError).code).toBe('search_error');
  return error as LeadGenError;
}

describe.each(providers)('$name, as every source of result pages,', ({ create, good, speaksForItself }) => {
  it('gives a page or rows, and names itself', async () => {
    server.answer = () => good;
    const provider = create(server.url);
    const response = await provider.fetchResults(request, never());
    expect(provider.routes).toBeGreaterThan(0);
    expect(response.kind).toBe(provider.delivers === 'rows' ? 'rows' : 'page');
    expect(server.asked).toHaveLength(1);
  });

  it.each(['gzip', 'br'] as const)('reads an answer in %s', async (encoding) => {
    const body = Buffer.from(good.body ?? '');
    server.answer = () => ({
      ...good,
      headers: { ...good.headers, 'content-encoding': encoding },
      body: encoding === 'gzip' ? gzipSync(body) : brotliCompressSync(body),
    });
    const response = await create(server.url).fetchResults(request, never());
    if (response.kind === 'page') expect(Buffer.from(response.html).equals(body)).toBe(true);
    else expect(response.rows).toEqual([{ title: 'A', link: 'https://a.org/', description: 'About A.' }]);
  });

  it('never holds more than 20 MB of an answer that unfolds to more', async () => {
    const bomb = gzipSync(Buffer.alloc(adapterLimits.serpBytesMax + 4_000_000, 32));
    server.answer = () => ({ ...good, headers: { ...good.headers, 'content-encoding': 'gzip' }, body: bomb });
    const attempt = create(server.url).fetchResults(request, never());
    if (speaksForItself) {
      expect((await failure(attempt)).detail).toContain('too long');
    } else {
      const response = await attempt;
      expect(response.kind === 'page' && response.html.length).toBe(adapterLimits.serpBytesMax);
    }
  });

  it('ends at once when the caller leaves, with the reason of the caller', async () => {
    server.answer = () => 'hang';
    const leaving = new AbortController();
    const attempt = create(server.url).fetchResults(request, leaving.signal);
    const reason = new Error('the caller left');
    setTimeout(() => leaving.abort(reason), 50);
    const began = performance.now();
    await expect(attempt).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('fails with search_error, worth another try, where nobody listens', async () => {
    expect((await failure(create(await closedUrl()).fetchResults(request, never()))).transient).toBe(true);
  });

  it('fails with search_error, worth another try, where the answer breaks off', async () => {
    server.answer = () => 'break';
    expect((await failure(create(server.url).fetchResults(request, never()))).transient).toBe(true);
  });

  it.each([500, 503, 429])('says what a status of %i means', async (status) => {
    server.answer = () => ({ status, headers: { 'content-type': 'text/html' }, body: '<p>Sorry</p>' });
    const attempt = create(server.url).fetchResults(request, never());
    if (speaksForItself) expect((await failure(attempt)).transient).toBe(true);
    else expect(await attempt).toMatchObject({ kind: 'page', status });
  });
});

describe('ScraperAPI', () => {
  const provider = () => createScraperApi({ apiKey, baseUrl: server.url, addressOf: searchAddress, log });

  it.each<[SearchEngine, string]>([
    ['google', 'www.google.com'],
    ['bing', 'www.bing.com'],
    ['yahoo', 'search.yahoo.com'],
    ['duckduckgo', 'html.duckduckgo.com'],
  ])('is asked for the page of %s by its address', async (engine, host) => {
    server.answer = () => html('<p>A page.</p>');
    await provider().fetchResults({ ...request, engine, country: 'gb' }, never());
    const { url, method } = server.asked[0]!;
    const asked = new URL(url.searchParams.get('url') ?? '');
    expect(method).toBe('GET');
    expect(asked.hostname).toBe(host);
    expect(asked.searchParams.get('q') ?? asked.searchParams.get('p')).toBe('coffee & cake');
    expect(url.searchParams.get('api_key')).toBe(apiKey);
    expect(url.searchParams.get('country_code')).toBe('uk');
  });

  it('posts the form of the next page of DuckDuckGo', async () => {
    server.answer = () => html('<p>A page.</p>');
    const nextPageForm = { q: 'coffee', s: '10', vqd: '4-1' };
    await provider().fetchResults({ ...request, engine: 'duckduckgo', start: 10, nextPageForm }, never());
    expect(server.asked[0]).toMatchObject({ method: 'POST', body: 'q=coffee&s=10&vqd=4-1' });
  });

  it('asks by another way on another route', async () => {
    server.answer = () => html('<p>A page.</p>');
    for (let route = 0; route < provider().routes; route += 1)
      await provider().fetchResults({ ...request, route }, never());
    expect(new Set(server.asked.map(({ url }) => url.search)).size).toBe(provider().routes);
  });

  it('gives the status and the address of the engine, not its own', async () => {
    const sorry = 'https://www.google.com/sorry/index?continue=x';
    server.answer = () => html('<p>Unusual traffic</p>', { 'sa-statuscode': '429', 'sa-final-url': sorry });
    expect(await provider().fetchResults(request, never())).toMatchObject({ status: 429, url: sorry });
  });

  it('takes a refusal by the engine for the page that it is, not for a bad key', async () => {
    server.answer = () => ({
      status: 403,
      headers: { 'sa-statuscode': '403', 'content-type': 'text/html' },
      body: 'No',
    });
    expect(await provider().fetchResults(request, never())).toMatchObject({ kind: 'page', status: 403 });
  });

  it.each([
    [401, 'SCRAPERAPI_KEY'],
    [403, 'credits are used up'],
  ])('tells the operator what a status of %i of its own asks of him, and is not tried again', async (status, words) => {
    server.answer = () => ({ status, body: `Unauthorized request with ${apiKey}` });
    const error = await failure(provider().fetchResults(request, never()));
    expect(error.detail).toContain(words);
    expect(error.transient).toBe(false);
  });

  it('does not take JSON for a page', async () => {
    server.answer = () => json({ error: 'no' });
    expect((await failure(provider().fetchResults(request, never()))).detail).toContain('JSON');
  });

  it.skipIf(!hasFixtures)(
    'hands over saved pages of all engines as they are (skipped: the folder of real pages is not here)',
    async () => {
      for (const engine of ['google', 'bing', 'yahoo', 'duckduckgo'] as const) {
        const names = (await readdir(fixture('serp', engine))).filter((name) => name.endsWith('.html'));
        const page = await readFile(fixture('serp', engine, names[0]!));
        server.answer = () => html(gzipSync(page), { 'content-encoding': 'gzip', 'sa-statuscode': '200' });
        const response = await provider().fetchResults({ ...request, engine }, never());
        expect(response.kind === 'page' && Buffer.from(response.html).equals(page), names[0]).toBe(true);
      }
    },
  );
});

describe('SearXNG', () => {
  const provider = () => createSearxng({ baseUrl: server.url });
  const row = (engine: string) => ({ title: 'A', url: 'https://a.org/', content: null, engine, engines: [engine] });

  it('is asked for one engine, one page, in JSON', async () => {
    server.answer = () => json({ results: [row('bing')] });
    const response = await provider().fetchResults({ ...request, engine: 'bing', start: 25 }, never());
    expect(Object.fromEntries(server.asked[0]!.url.searchParams)).toEqual({
      q: 'coffee & cake',
      format: 'json',
      engines: 'bing',
      pageno: '3',
      language: 'en-US',
    });
    expect(response).toEqual({
      kind: 'rows',
      start: 20,
      rows: [{ title: 'A', link: 'https://a.org/', description: '' }],
    });
  });

  it('refuses ads without a call, and says why', async () => {
    const error = await failure(provider().fetchResults({ ...request, vertical: 'ads' }, never()));
    expect(error.detail).toContain('no ads');
    expect(error.transient).toBe(false);
    expect(server.asked).toHaveLength(0);
  });

  it('says what to set where JSON is switched off', async () => {
    server.answer = () => ({ status: 403, body: 'Forbidden' });
    const error = await failure(provider().fetchResults(request, never()));
    expect(error.detail).toContain('search.formats');
    expect(error.transient).toBe(false);
  });

  it('does not take an engine that is silent for one without results', async () => {
    server.answer = () => json({ results: [], unresponsive_engines: [['google', 'CAPTCHA']] });
    expect((await failure(provider().fetchResults(request, never()))).detail).toContain('CAPTCHA');
  });

  it('does not take the results of other engines for those of the one asked', async () => {
    server.answer = () => json({ results: [row('wikipedia')] });
    expect((await failure(provider().fetchResults(request, never()))).detail).toContain('not among its engines');
  });

  it('gives no rows where there are none', async () => {
    server.answer = () => json({ results: [], unresponsive_engines: [] });
    expect(await provider().fetchResults(request, never())).toMatchObject({ kind: 'rows', rows: [] });
  });

  it('leaves links out that are none of the web', async () => {
    server.answer = () => json({ results: [{ ...row('google'), url: 'javascript:alert(1)' }, row('google')] });
    const response = await provider().fetchResults(request, never());
    expect(response.kind === 'rows' && response.rows).toHaveLength(1);
  });

  it.each(['<html>', '[]', '{"results":7}'])('fails on %s', async (body) => {
    server.answer = () => ({ headers: { 'content-type': 'application/json' }, body });
    expect((await failure(provider().fetchResults(request, never()))).transient).toBe(true);
  });
});

describe('direct', () => {
  it('asks as a browser does, and by the fields of a form in the address', async () => {
    server.answer = () => html('<p>A page.</p>');
    const provider = createDirectSerp({
      fetchPage,
      addressOf: (question) => ({ ...searchAddress(question), url: `${server.url}/html/` }),
    });
    await provider.fetchResults({ ...request, engine: 'duckduckgo', nextPageForm: { q: 'x', vqd: '4-1' } }, never());
    const { method, url, headers } = server.asked[0]!;
    expect([method, url.search]).toEqual(['GET', '?q=x&vqd=4-1']);
    expect(headers).toMatchObject({ 'sec-fetch-mode': 'navigate', 'accept-language': 'en-US,en;q=0.9' });
    expect(headers['content-type']).toBeUndefined();
  });
});
