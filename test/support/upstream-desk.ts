import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, enginePage, numberedRows, type ShownPage } from './engine-pages.ts';

export interface Question {
  engine: Engine;
  query: string;
  /** 0-based offset of the first result. */
  start: number;
  address: URL;
}

/** An answer as it goes over the wire; a bare page or value stands for a good one. */
export interface WireAnswer {
  status?: number;
  type?: string;
  body: string;
  headers?: Record<string, string>;
  afterMilliseconds?: number;
}

export interface PlacesList {
  ids: string[];
  next?: string;
  /** The token is not valid (yet). */
  isInvalid?: boolean;
}

type SearchAnswer = ShownPage | WireAnswer;
type SiteAnswer = string | WireAnswer;

/**
 * The wire of every upstream, played by the test: ScraperAPI, Google Places new and legacy, web sites. Each test says what its own
 * queries, places and hosts answer; what nobody set has ten results, a place of its name, no reviews.
 */
export interface UpstreamDesk {
  url: string;
  port: number;
  /** What was asked, in order. */
  asked: { searches: Question[]; lists: string[]; details: string[]; reviews: string[]; pages: string[] };
  /** By query, as it reaches the engine. */
  searches: Map<string, SearchAnswer | ((question: Question) => SearchAnswer | Promise<SearchAnswer>)>;
  /** By keyword, a page token standing for itself. */
  lists: Map<string, PlacesList | WireAnswer | (() => PlacesList | WireAnswer)>;
  /** By place id: fields in the form of Places API (New), laid over a place of every field. */
  places: Map<string, object | WireAnswer | (() => object | WireAnswer)>;
  reviews: Map<string, object[] | WireAnswer | (() => object[] | WireAnswer)>;
  /** By host, then by path: the body of an HTML page, or a whole answer. */
  sites: Map<string, Record<string, SiteAnswer | (() => SiteAnswer | Promise<SiteAnswer>)>>;
  close(): Promise<void>;
}

export async function startUpstreamDesk(): Promise<UpstreamDesk> {
  const desk: Omit<UpstreamDesk, 'url' | 'port' | 'close'> = {
    asked: { searches: [], lists: [], details: [], reviews: [], pages: [] },
    searches: new Map(),
    lists: new Map(),
    places: new Map(),
    reviews: new Map(),
    sites: new Map(),
  };
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
    answer(desk, request)
      .then(async ({ status = 200, type = 'text/html; charset=utf-8', body, headers = {}, afterMilliseconds = 0 }) => {
        if (afterMilliseconds > 0) await sleep(afterMilliseconds);
        response.writeHead(status, { 'content-type': type, ...headers });
        response.end(body);
      })
      .catch((error: unknown) => {
        response.writeHead(599).end(String(error));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    ...desk,
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Desk = Parameters<typeof answerSite>[0];

async function answer(desk: Desk, request: IncomingMessage): Promise<WireAnswer> {
  const url = new URL(request.url ?? '/', 'http://desk.invalid');
  const host = request.headers.host ?? '';
  if (desk.sites.has(host)) return answerSite(desk, host, `${url.pathname}${url.search}`);
  const id = /^\/v1\/places\/([^/]{1,20000})$/.exec(url.pathname)?.[1];
  if (url.pathname === '/v1/places:searchText') {
    const { textQuery, pageToken } = JSON.parse(await readBody(request)) as { textQuery: string; pageToken?: string };
    return newList(listOf(desk, pageToken ?? textQuery));
  }
  if (id !== undefined) {
    const mask = String(request.headers['x-goog-fieldmask']);
    return mask === 'reviews' ? reviewsOf(desk, id) : placeOf(desk, id);
  }
  if (url.pathname === '/maps/api/place/textsearch/json') {
    const asked = url.searchParams;
    return legacyList(listOf(desk, asked.get('pagetoken') ?? asked.get('query') ?? ''));
  }
  if (url.pathname === '/maps/api/place/details/json') {
    const placeId = url.searchParams.get('place_id') ?? '';
    return url.searchParams.get('fields') === 'reviews' ? legacyReviews(desk, placeId) : legacyPlace(desk, placeId);
  }
  return answerSearch(desk, url);
}

const engines: Record<string, { engine: Engine; startOf: (parameters: URLSearchParams) => number }> = {
  'www.google.com': { engine: 'google', startOf: (parameters) => Number(parameters.get('start') ?? 0) },
  'www.bing.com': { engine: 'bing', startOf: (parameters) => Number(parameters.get('first') ?? 1) - 1 },
  'search.yahoo.com': { engine: 'yahoo', startOf: (parameters) => Number(parameters.get('b') ?? 1) - 1 },
  'html.duckduckgo.com': { engine: 'duckduckgo', startOf: (parameters) => Number(parameters.get('s') ?? 0) },
};

async function answerSearch(desk: Desk, { searchParams }: URL): Promise<WireAnswer> {
  const address = new URL(searchParams.get('url') ?? 'http://nothing.invalid');
  const { engine, startOf } = engines[address.hostname] ?? { engine: 'google' as const, startOf: () => 0 };
  const query = address.searchParams.get('q') ?? address.searchParams.get('p') ?? '';
  const question = { engine, query, start: startOf(address.searchParams), address };
  desk.asked.searches.push(question);
  const set = desk.searches.get(query) ?? { results: numberedRows(10, question.start + 1), hasNextPage: true };
  const shown = typeof set === 'function' ? await set(question) : set;
  return 'body' in shown
    ? shown
    : {
        body: enginePage(engine, shown),
        headers: { 'sa-statuscode': '200', 'sa-final-url': address.href.slice(0, 2_000) },
      };
}

async function answerSite(
  desk: Omit<UpstreamDesk, 'url' | 'port' | 'close'>,
  host: string,
  path: string,
): Promise<WireAnswer> {
  desk.asked.pages.push(`${host}${path}`);
  const set = desk.sites.get(host)?.[path];
  if (set === undefined) return { status: 404, body: '<!doctype html><title>Not found</title>' };
  const page = typeof set === 'function' ? await set() : set;
  return typeof page === 'string' ? { body: page } : page;
}

function listOf(desk: Desk, name: string): PlacesList | WireAnswer {
  desk.asked.lists.push(name);
  const set = desk.lists.get(name) ?? { ids: [] };
  return typeof set === 'function' ? set() : set;
}

const json = (value: unknown, status = 200): WireAnswer => ({
  status,
  type: 'application/json; charset=UTF-8',
  body: JSON.stringify(value),
});

function newList(list: PlacesList | WireAnswer): WireAnswer {
  if ('body' in list) return list;
  if (list.isInvalid) {
    return json(
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' } },
      400,
    );
  }
  const places = list.ids.map((id) => ({ id }));
  return json({ ...(places.length > 0 ? { places } : {}), ...(list.next ? { nextPageToken: list.next } : {}) });
}

function legacyList(list: PlacesList | WireAnswer): WireAnswer {
  if ('body' in list) return list;
  if (list.isInvalid) return json({ html_attributions: [], results: [], status: 'INVALID_REQUEST' });
  return json({
    html_attributions: [],
    results: list.ids.map((place_id) => ({ place_id, name: place_id })),
    ...(list.next ? { next_page_token: list.next } : {}),
    status: list.ids.length > 0 ? 'OK' : 'ZERO_RESULTS',
  });
}

const found = <T>(set: T | (() => T) | undefined): T | undefined =>
  typeof set === 'function' ? (set as () => T)() : set;

const isWire = (value: object): value is WireAnswer => 'body' in value;

function placeOf(desk: Desk, id: string): WireAnswer {
  desk.asked.details.push(id);
  const set = found(desk.places.get(id)) ?? {};
  if (isWire(set)) return set;
  return json({
    id,
    displayName: { text: `Place ${id}`, languageCode: 'en' },
    formattedAddress: `1 ${id} Street, New York, NY 10014`,
    nationalPhoneNumber: '(212) 555-0147',
    websiteUri: `https://${id.toLowerCase()}.org/`,
    googleMapsUri: `https://maps.google.com/?cid=${id}`,
    rating: 4.4,
    userRatingCount: 8732,
    types: ['restaurant', 'food'],
    regularOpeningHours: {
      weekdayDescriptions: ['Monday: 10:00 AM \u2013 2:00 PM'],
      periods: [{ open: { day: 1, hour: 10, minute: 0 }, close: { day: 1, hour: 14, minute: 0 } }],
    },
    utcOffsetMinutes: 0,
    iconMaskBaseUri: 'https://maps.gstatic.com/icon',
    businessStatus: 'OPERATIONAL',
    ...set,
  });
}

function reviewsOf(desk: Desk, id: string): WireAnswer {
  desk.asked.reviews.push(id);
  const set = found(desk.reviews.get(id)) ?? [];
  if (!Array.isArray(set)) return set as WireAnswer;
  return json(set.length > 0 ? { reviews: set } : {});
}

function legacyPlace(desk: Desk, id: string): WireAnswer {
  desk.asked.details.push(id);
  const set = found(desk.places.get(id)) ?? {};
  if (isWire(set)) return set;
  return json({
    html_attributions: [],
    result: { place_id: id, name: `Place ${id}`, url: `https://maps.google.com/?cid=${id}`, rating: 4.4, ...set },
    status: 'OK',
  });
}

function legacyReviews(desk: Desk, id: string): WireAnswer {
  desk.asked.reviews.push(id);
  const set = found(desk.reviews.get(id)) ?? [];
  if (!Array.isArray(set)) return set as WireAnswer;
  return json({ html_attributions: [], result: set.length > 0 ? { reviews: set } : {}, status: 'OK' });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
