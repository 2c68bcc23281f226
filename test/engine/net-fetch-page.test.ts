import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guardedFetcher, type Site, startSite, userAgent } from '../support/start-site.ts';

let site: Site;
let fetcher: ReturnType<typeof guardedFetcher>;
const noise = randomBytes(200_000);
const text = '<p>Grüße</p>'.repeat(1_000);
let agentSeen: string | undefined;

beforeAll(async () => {
  site = await startSite((_host, path) => {
    const hop = /^\/hop\/(\d+)$/.exec(path)?.[1];
    if (hop !== undefined) {
      return { status: 302, headers: { location: hop === '0' ? '/page' : `/hop/${Number(hop) - 1}` } };
    }
    return {
      '/page': (request: { headers: Record<string, unknown> }, response: import('node:http').ServerResponse) => {
        agentSeen = String(request.headers['user-agent']);
        response.writeHead(200, { 'content-type': 'text/html' }).end(text);
      },
      '/gzip': { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) },
      '/x-gzip': { headers: { 'content-encoding': 'X-GZIP' }, body: gzipSync(text) },
      '/deflate': { headers: { 'content-encoding': 'deflate' }, body: deflateSync(text) },
      '/raw-deflate': { headers: { 'content-encoding': 'deflate' }, body: deflateRawSync(text) },
      '/large-raw-deflate': { headers: { 'content-encoding': 'deflate' }, body: deflateRawSync(noise) },
      '/br': { headers: { 'content-encoding': 'br' }, body: brotliCompressSync(text) },
      '/zstd': { headers: { 'content-encoding': 'zstd' }, body: zstdCompressSync(text) },
      '/twice': { headers: { 'content-encoding': 'deflate, gzip' }, body: gzipSync(deflateSync(text)) },
      '/raw-twice': { headers: { 'content-encoding': 'deflate, gzip' }, body: gzipSync(deflateRawSync(text)) },
      '/two-lines': { headers: { 'content-encoding': ['br', 'gzip'] }, body: gzipSync(brotliCompressSync(text)) },
      '/thrice': { headers: { 'content-encoding': 'gzip, gzip, gzip' }, body: gzipSync(gzipSync(gzipSync(text))) },
      '/utf-8': { headers: { 'content-encoding': 'UTF-8' }, body: text },
      '/cut-gzip': { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text).subarray(0, -12) },
      '/strange': { headers: { 'content-encoding': 'rot13' }, body: text },
      '/gone': { status: 410, body: 'gone' },
      '/broken': { status: 503, body: 'later' },
      '/large': 'x'.repeat(3_000_000),
      '/see-other': { status: 303, headers: { location: 'page#part' } },
      '/permanent': { status: 308, headers: { location: '/page' } },
      '/letters': { status: 302, headers: { location: Buffer.from('/über').toString('latin1') } },
      '/%C3%BCber': text,
      '/nowhere': { status: 302, headers: { location: 'http://' } },
      '/choices': { status: 300, headers: { location: '/page' }, body: 'choose' },
    }[path];
  });
  fetcher = guardedFetcher({ allow: '127.0.0.1' });
});
afterAll(async () => {
  await fetcher.close();
  await site.close();
});

const fetchPath = (path: string, more: Partial<Parameters<typeof fetcher.fetchPage>[0]> = {}) =>
  fetcher.fetchPage({ url: `http://site.org:${site.port}${path}`, signal: AbortSignal.timeout(10_000), ...more });

it.each([
  '/page',
  '/gzip',
  '/x-gzip',
  '/deflate',
  '/raw-deflate',
  '/br',
  '/zstd',
  '/twice',
  '/raw-twice',
  '/two-lines',
  '/utf-8',
])('reads %s whole', async (path) => {
  const page = await fetchPath(path);
  expect(Buffer.from(page.body).toString()).toBe(text);
  expect(page.truncated).toBe(false);
  expect(page.status).toBe(200);
});

it('reads a raw deflate that is too large to be had at once', async () => {
  const page = await fetchPath('/large-raw-deflate');
  expect(Buffer.from(page.body).equals(noise)).toBe(true);
});

it('says who it is', async () => {
  await fetchPath('/page');
  expect(agentSeen).toBe(userAgent);
});

it('takes a compression that ends too early for what it holds, and says so', async () => {
  const page = await fetchPath('/cut-gzip');
  expect(page.truncated).toBe(true);
  expect(text.startsWith(Buffer.from(page.body).toString().slice(0, 100))).toBe(true);
});

it('follows five redirects and no sixth', async () => {
  const page = await fetchPath('/hop/4');
  expect(page).toMatchObject({ status: 200, url: `http://site.org:${site.port}/page` });
  expect(page.requestedUrl).toMatch(/\/hop\/4$/);
  await expect(fetchPath('/hop/5')).rejects.toThrow(expect.objectContaining({ reason: 'too_many_redirects' }));
});

it('follows every kind of redirect, and leaves the fragment', async () => {
  for (const path of ['/see-other', '/permanent'])
    expect((await fetchPath(path)).url).toBe(`http://site.org:${site.port}/page`);
  expect((await fetchPath('/letters')).url).toBe(`http://site.org:${site.port}/%C3%BCber`);
  expect((await fetchPath('/choices')).status).toBe(300);
  await expect(fetchPath('/nowhere')).rejects.toThrow(expect.objectContaining({ reason: 'protocol' }));
});

it('answers a redirect itself when it is to follow none', async () => {
  expect(await fetchPath('/hop/0', { followRedirects: false })).toMatchObject({ status: 302, location: '/page' });
});

it.each([
  ['/gone', 410],
  ['/broken', 503],
  ['/missing', 404],
])('%s is an answer, not an error', async (path, status) => {
  expect((await fetchPath(path)).status).toBe(status);
});

it('cuts a body at the limit', async () => {
  const page = await fetchPath('/large');
  expect(page.body.byteLength).toBe(2 * 1024 * 1024);
  expect(page.truncated).toBe(true);
  expect((await fetchPath('/gzip', { bodyBytesMax: 100 })).body.byteLength).toBe(100);
});

it.each(['/strange', '/thrice'])('refuses encodings that nobody knows, and more than two: %s', async (path) => {
  await expect(fetchPath(path)).rejects.toThrow(expect.objectContaining({ reason: 'protocol' }));
});

it('says why a site is out of reach', async () => {
  const nobody = guardedFetcher({ addresses: () => [] });
  await expect(nobody.fetchPage({ url: 'http://nobody.org/', signal: AbortSignal.timeout(5_000) })).rejects.toThrow(
    expect.objectContaining({ reason: 'dns' }),
  );
  await nobody.close();
  const closed = await startSite({});
  await closed.close();
  await expect(
    fetcher.fetchPage({ url: `http://site.org:${closed.port}/`, signal: AbortSignal.timeout(5_000) }),
  ).rejects.toThrow(expect.objectContaining({ reason: 'connect' }));
});

it('ends with the call', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(fetchPath('/page', { signal: stop.signal })).rejects.toThrow(
    expect.objectContaining({ reason: 'aborted' }),
  );
});
