import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { businesses } from './catalogue.ts';
import { legacyPlacesAnswer } from './legacy-places-answers.ts';
import { createPlacesAnswers, placeId } from './places-answers.ts';
import { resultPage } from './result-pages.ts';
import { webSitePage } from './web-sites.ts';

/** A loopback server that speaks ScraperAPI, Google Places and a handful of web sites, so that all operations answer offline. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT`, for every upstream. */
  url: string;
  /** Whether a host is one of the sandbox's own web sites. */
  hasHost(host: string): boolean;
  /** One request per operation that works when pasted. */
  examples: { title: string; path: string; query: Record<string, string> }[];
  close(): Promise<void>;
}

const bodyBytesMax = 64 * 1024;
/** The longest query that the engine takes, percent-encoded twice, is about 50 kB. */
const headerBytesMax = 128 * 1024;
const finalUrlCharactersMax = 2_000;

export async function startSandbox({
  port = 0,
  now = Date.now,
}: {
  port?: number;
  now?: () => number;
} = {}): Promise<Sandbox> {
  const places = createPlacesAnswers(now);
  const server = createServer({ maxHeaderSize: headerBytesMax }, (request, response) => {
    answer(request, response, places).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const hosts = new Set(businesses.map(({ host }) => host));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hasHost: (host) => hosts.has(host.toLowerCase().replace(/^www\./, '')),
    examples: [
      { title: 'Lead search', path: '/search.php', query: { query: 'marketing agency new york', se: 'google' } },
      { title: 'Website crawler', path: '/crawl.php', query: { domain: businesses[0]!.host } },
      { title: 'Ad spy', path: '/ads.php', query: { query: 'marketing agency' } },
      { title: 'Places search', path: '/places/search.php', query: { keyword: 'restaurants new york' } },
      { title: 'Place reviews', path: '/places/reviews.php', query: { place_id: placeId(0) } },
    ],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  places: ReturnType<typeof createPlacesAnswers>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const site = webSitePage(host, url.pathname);
  if (site) return send(response, site.status, site.contentType, site.body);
  if (url.pathname === '/' && url.searchParams.has('url')) {
    const form = request.method === 'POST' ? await readBody(request) : '';
    return sendScraperApi(response, { address: url.searchParams.get('url') ?? '', form });
  }
  if (url.pathname === '/v1/places:searchText' && request.method === 'POST') {
    return sendJson(response, places.search(await readBody(request)));
  }
  const legacy = legacyPlacesAnswer(places, url);
  if (legacy) return sendJson(response, legacy);
  const id = /^\/v1\/places\/([\w-]{1,200})$/.exec(url.pathname)?.[1];
  if (id) return sendJson(response, places.place(id, String(request.headers['x-goog-fieldmask'] ?? '')));
  send(response, 404, 'text/plain; charset=utf-8', 'The LeadGen Engine sandbox has nothing here.');
}

/** @param asked the engine's address, and the form that is posted to it (DuckDuckGo's next page). */
function sendScraperApi(response: ServerResponse, asked: { address: string; form: string }): void {
  const page = resultPage(asked);
  if (!page) {
    send(response, 404, 'text/plain; charset=utf-8', 'The sandbox knows the result pages of four engines only.');
    return;
  }
  response.setHeader('sa-final-url', new URL(asked.address).href.slice(0, finalUrlCharactersMax));
  response.setHeader('sa-statuscode', String(page.status));
  response.setHeader('sa-credit-cost', '0');
  send(response, page.status, 'text/html; charset=utf-8', page.html);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bodyBytesMax) throw new Error('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sendJson(response: ServerResponse, { status, json }: { status: number; json: unknown }): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(json));
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-leadgen-sandbox': '1',
  });
  response.end(body);
}
