import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SlowUpstreams {
  url: string;
  port: number;
  forget(): void;
  /** Requests that had to wait for each other: the list, a place, then the most that one site was asked one after the other. */
  longestChain(): number;
  close(): Promise<void>;
}

/** Google Places (New) and twenty web sites for each keyword, on loopback addresses of their own; each answer takes `latency`. */
export async function startSlowUpstreams({ latency }: { latency: number }): Promise<SlowUpstreams> {
  /** By site: when each request came and was answered. */
  const asked = new Map<string, { from: number; to: number }[]>();
  /** A keyword's own number, so that its places are the same each time. */
  const lists = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://slow.invalid');
    const host = request.headers.host ?? '';
    const from = performance.now();
    let text = '';
    for await (const chunk of request) text += chunk;
    await sleep(latency);
    const isPlaces = host.startsWith('127.0.0.1:');
    const body = isPlaces
      ? placesAnswer(url.pathname, text, String(request.headers['x-goog-fieldmask']))
      : sitePage(url.pathname, host);
    if (!isPlaces) asked.set(host, [...(asked.get(host) ?? []), { from, to: performance.now() }]);
    response.writeHead(body === null ? 404 : 200, {
      'content-type': isPlaces ? 'application/json' : 'text/html; charset=utf-8',
    });
    response.end(body ?? 'none');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;

  function placesAnswer(path: string, question: string, mask: string): string {
    if (path === '/v1/places:searchText') {
      const number = lists.get(question) ?? lists.size + 1;
      lists.set(question, number);
      return JSON.stringify({ places: Array.from({ length: 20 }, (_, index) => ({ id: `p-${number}-${index + 2}` })) });
    }
    const [, list, index] = /^\/v1\/places\/p-(\d{1,6})-(\d{1,3})$/.exec(path) ?? [];
    if (mask === 'reviews') {
      const review = {
        rating: 5,
        text: { text: 'Good.', languageCode: 'en' },
        authorAttribution: { displayName: 'Ann' },
      };
      return JSON.stringify({ reviews: [review, review, review, review, review] });
    }
    const websiteUri = `http://127.0.${list}.${index}:${port}/`;
    return JSON.stringify({
      id: path.slice('/v1/places/'.length),
      displayName: { text: `Place ${index}` },
      websiteUri,
    });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    forget: () => asked.clear(),
    longestChain: () => 2 + Math.max(...[...asked.values()].map(inSequence)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Most of the requests that did not overlap. */
function inSequence(requests: { from: number; to: number }[]): number {
  let count = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...requests].sort((left, right) => left.to - right.to)) {
    if (from < free) continue;
    count += 1;
    free = to;
  }
  return count;
}

function sitePage(path: string, host: string): string | null {
  const name = `site${host.replace(/\D/g, '')}.org`;
  const page = (text: string) => `<!doctype html><html lang="en"><title>${name}</title><body>${text}</body></html>`;
  if (path === '/')
    return page(
      `<h1>Shop</h1> ${'<p>Goods of all kinds.</p>'.repeat(40)} <a href="/contact">Contact</a> <a href="/about">About</a>`,
    );
  if (path === '/contact')
    return page(`<p>Write to <a href="mailto:info@${name}">info@${name}</a> or call (212) 555-0147.</p>`);
  if (path === '/about') return page(`<p>Ann Example, ann@${name}</p>`);
  return null;
}
