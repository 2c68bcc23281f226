import { afterEach, describe, expect, it } from 'vitest';
import { crawlWebsite } from '../../packages/engine/src/crawl/crawl-website.ts';
import { createHostGate } from '../../packages/engine/src/net/host-gate.ts';
import type { HostGate } from '../../packages/engine/src/ports/host-gate.ts';
import { type Answer, guardedFetcher, startSite, userAgent } from '../support/start-site.ts';
import { createTestClock } from '../support/test-clock.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(pages: (host: string, path: string) => Answer | undefined, hostGate: HostGate, latency = 0) {
  const site = await startSite(pages, { latencyMilliseconds: latency });
  const { fetchPage, close } = guardedFetcher({ allow: '127.0.0.1', hostGate });
  closers.push(site.close, close);
  const crawl = (host: string) =>
    crawlWebsite(
      { fetchPage, clock: createTestClock(), robots: 'respect', userAgent, renderPage: null },
      { url: `http://${host}:${site.port}`, signal: new AbortController().signal },
    );
  return { site, fetchPage, crawl, at: (host: string, path: string) => `http://${host}:${site.port}${path}` };
}

const links = Array.from({ length: 10 }, (_, index) => `<a href="/p${index}">page</a>`).join('');
const signal = () => AbortSignal.timeout(10_000);

describe('the gate of a host', () => {
  it('lets five requests through at once, over all crawls', async () => {
    const { site, crawl } = await open(
      (_host, path) => (path === '/robots.txt' ? undefined : links),
      createHostGate(),
      20,
    );
    const crawls = await Promise.all(['one.org', 'one.org', 'one.org'].map(crawl));
    expect(site.openAtMost()).toBe(5);
    for (const { pagesCrawled } of crawls) expect(pagesCrawled).toBe(11);
  });

  it('keeps no host waiting for another', async () => {
    const gate = createHostGate();
    const { fetchPage, at } = await open(() => 'a page', gate);
    const places = await Promise.all(Array.from({ length: 5 }, () => gate.enter('busy.org', signal())));
    await expect(fetchPage({ url: at('free.org', '/'), signal: signal() })).resolves.toMatchObject({ status: 200 });
    for (const leave of places) leave();
  });

  it('holds for the host where a redirect leads', async () => {
    const entered: string[] = [];
    let open_ = 0;
    const { fetchPage, site, at } = await open(
      (host) => (host === 'old.org' ? { status: 301, headers: { location: `http://new.org:${site.port}/` } } : 'new'),
      {
        async enter(host) {
          entered.push(host);
          open_ += 1;
          let left = false;
          return () => {
            open_ -= left ? 0 : 1;
            left = true;
          };
        },
      },
    );
    await fetchPage({ url: at('old.org', '/'), signal: signal() });
    expect(entered).toEqual([`old.org:${site.port}`, `new.org:${site.port}`]);
    expect(open_).toBe(0);
  });

  it('a call that ends while it waits leaves no place taken', async () => {
    const gate = createHostGate();
    const { fetchPage, site, at } = await open(() => 'a page', gate);
    const host = new URL(at('one.org', '/')).host;
    const places = await Promise.all(Array.from({ length: 5 }, () => gate.enter(host, signal())));
    const stop = new AbortController();
    const waiting = fetchPage({ url: at('one.org', '/'), signal: stop.signal });
    stop.abort(new Error('hung up'));
    await expect(waiting).rejects.toMatchObject({ reason: 'aborted' });
    for (const leave of places) leave();
    await Promise.all(Array.from({ length: 5 }, () => gate.enter(host, signal())));
    expect(site.hits).toEqual([]);
  });

  it('gives its place back when the fetch fails, and the wait counts as no part of its time', async () => {
    const gate = createHostGate();
    const { fetchPage, at } = await open(() => (_request, response) => response.destroy(), gate);
    const url = at('one.org', '/');
    const places = await Promise.all(Array.from({ length: 5 }, () => gate.enter(new URL(url).host, signal())));
    const waiting = fetchPage({ url, signal: signal(), millisecondsMax: 100 });
    setTimeout(() => {
      for (const leave of places) leave();
    }, 200);
    await expect(waiting).rejects.toMatchObject({ reason: 'connect' });
    await Promise.all(Array.from({ length: 5 }, () => gate.enter(new URL(url).host, signal())));
  });
});
