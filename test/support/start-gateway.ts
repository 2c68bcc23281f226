import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { createAuthenticator } from '../../packages/engine/src/accounts/authenticate.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { createGooglePlacesLegacy } from '../../packages/engine/src/adapters/google-places-legacy.ts';
import { createGooglePlacesNew } from '../../packages/engine/src/adapters/google-places-new.ts';
import { createPgBossQueue } from '../../packages/engine/src/adapters/pg-boss-queue.ts';
import { createScraperApi } from '../../packages/engine/src/adapters/scraperapi.ts';
import { createAnswerCache } from '../../packages/engine/src/cache/answer-cache.ts';
import { createSingleFlight } from '../../packages/engine/src/cache/single-flight.ts';
import type { EngineContext } from '../../packages/engine/src/context.ts';
import { parseCrawlAllow } from '../../packages/engine/src/net/crawl-allow.ts';
import { createFetchPage } from '../../packages/engine/src/net/fetch-page.ts';
import { createGuardedAgent, type Lookup } from '../../packages/engine/src/net/guarded-agent.ts';
import { createPostWebhook } from '../../packages/engine/src/net/post-webhook.ts';
import type { LicenceVerifier } from '../../packages/engine/src/ports/licence-verifier.ts';
import { createProviderBreaker } from '../../packages/engine/src/serp/provider-breaker.ts';
import { searchAddress } from '../../packages/engine/src/serp/search-address.ts';
import { defaultSettings, type EngineSettings } from '../../packages/engine/src/settings.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { createUpstreamQueue } from '../../packages/engine/src/upstream-queue.ts';
import { createGateway } from '../../packages/graphql-gateway/src/gateway.ts';
import { createTestClock, type TestClock } from './test-clock.ts';
import { createTestLog, type LogLine } from './test-log.ts';
import { startUpstreamDesk, type UpstreamDesk } from './upstream-desk.ts';

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: LegacyBody;
}

/** Every field that a legacy answer may have, so that a test can name them without ado. */
export interface LegacyBody {
  status: string;
  credits_used: number;
  code: string;
  message: string;
  data: {
    query: string;
    search_engine: string;
    page: number;
    results_count: number;
    fresh_count: number;
    historical_count: number;
    results: LegacyRow[];
    domain: string;
    pages_crawled: number;
    metadata: Record<string, string>;
    emails: string[];
    all_emails: string[];
    phones: string[];
    social_links: string[];
    keyword: string;
    next_page_token: string | null;
    place_id: string;
    reviews: Record<string, unknown>[];
    cached: boolean;
  };
}

export interface LegacyRow {
  title: string;
  link: string;
  description: string;
  emails: string[];
  phones: string[];
  position: number;
  url: string;
  ad_text: string;
  first_seen: string;
  last_seen: string;
  is_active: boolean;
  contact_data: Record<'emails' | 'phones' | 'social_links', string[]> & { metadata: Record<string, string> };
  name: string;
  phone: string;
  website: string;
  rating: number | null;
  rating_total: number;
  open_now: boolean | null;
  place_id: string;
  cached: boolean;
  weekday_text: string[];
}

export interface TestAccount {
  user_id: string;
  api_key: string;
}

export interface TestGateway {
  url: string;
  port: number;
  desk: UpstreamDesk;
  clock: TestClock;
  context: EngineContext;
  lines: LogLine[];
  /** A new account with so many credits. */
  account(credits?: number): Promise<TestAccount>;
  balance(account: TestAccount): Promise<number>;
  /** `GET /api/v1{path}`. */
  get(path: string, parameters: object, init?: RequestInit): Promise<Reply>;
  /** Any path and query string as they are. */
  raw(pathAndQuery: string, init?: RequestInit): Promise<Reply>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  settings?: Partial<EngineSettings>;
  jsonCompat?: 'php' | null;
  placesApi?: 'new' | 'legacy';
  /** As `LEADGEN_CRAWL_ALLOW`. */
  crawlAllow?: string;
  /** Addresses of names that are not the desk's own sites. */
  names?: Record<string, string>;
  clock?: TestClock;
  licence?: LicenceVerifier;
  adminToken?: string;
  /** Switches of the doors, as the environment sets them. */
  doors?: Partial<Parameters<typeof createGateway>[1]>;
  /** The last word on the context: faults inside. */
  change?: (context: EngineContext) => EngineContext;
}

/**
 * A gateway on a port of its own over a real store and the real adapters, whose upstreams are a desk. Hosts that the desk has a site
 * for are its own; every other name and address meets the guard.
 */
export async function startGateway(store: Store, options: GatewayOptions = {}): Promise<TestGateway> {
  const desk = await startUpstreamDesk();
  const clock = options.clock ?? createTestClock();
  const { log, lines } = createTestLog();
  const settings: EngineSettings = { ...defaultSettings, ...options.settings };
  const crawlAllow = parseCrawlAllow(options.crawlAllow ?? '');
  const guarded = createGuardedAgent({ allow: crawlAllow, lookup: lookupIn(options.names ?? {}) });
  const local = new Agent();
  const agent = guarded.compose((dispatch) => (request, handler) => {
    const { host } = new URL(String(request.origin));
    if (!desk.sites.has(host)) return dispatch(request, handler);
    const headers = { ...(request.headers as Record<string, string>), host };
    return local.dispatch({ ...request, origin: desk.url, headers }, handler);
  });
  const fetchPage = createFetchPage({ agent, userAgent: settings.userAgent });
  const gatewayId = randomUUID();
  const authenticator = await createAuthenticator({ store, clock, log, licence: options.licence ?? null });
  const answers = await createAnswerCache({ store });
  const flights = createSingleFlight({ store, owner: gatewayId, log, clock });
  const createPlaces = options.placesApi === 'legacy' ? createGooglePlacesLegacy : createGooglePlacesNew;
  const jobs = createPgBossQueue({ sql: store, schema: 'leadgen_jobs', embedded: store.kind === 'pglite', log });
  const wired: EngineContext = {
    clock,
    log,
    settings,
    store,
    authenticator,
    answers,
    flights,
    upstreamQueue: createUpstreamQueue(),
    serp: {
      providers: [createScraperApi({ apiKey: 'provider-key', baseUrl: desk.url, addressOf: searchAddress, log })],
      clock,
      log,
      fetchPage,
      breaker: createProviderBreaker(clock),
      savePage: null,
    },
    places: createPlaces({ apiKey: 'provider-key', baseUrl: desk.url, clock }),
    crawl: { fetchPage, clock, robots: settings.robots, userAgent: settings.userAgent, renderPage: null },
    crawlAllow,
    jobs,
    postWebhook: createPostWebhook({ agent, userAgent: settings.userAgent }),
    gatewayId,
    newId: randomUUID,
  };
  const context = options.change?.(wired) ?? wired;
  const { server, endBackground } = createGateway(
    context,
    {
      jsonCompat: options.jsonCompat ?? null,
      upstream: 'live',
      adminToken: options.adminToken ?? null,
      introspection: true,
      graphiql: false,
      ...options.doors,
    },
    log,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;

  async function raw(pathAndQuery: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${url}${pathAndQuery}`, init);
    const text = await response.text();
    const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : {},
    };
  }

  return {
    url,
    port,
    desk,
    clock,
    context,
    lines,
    async account(credits = 1_000) {
      lastUserId += 1;
      const created = await createAccount(store, { userId: lastUserId, credits, now: clock.date() });
      if (!created) throw new Error(`user ${lastUserId} is there already`);
      return { user_id: String(lastUserId), api_key: created.apiKey };
    },
    async balance({ user_id }) {
      const shown = await showAccount(store, Number(user_id));
      if (!shown) throw new Error(`there is no user ${user_id}`);
      // A hold that a reply leaves open would be an error in every test.
      if (shown.held !== 0) throw new Error(`user ${user_id} still has ${shown.held} credits held`);
      return shown.balance;
    },
    get: (path, parameters, init) => raw(`/api/v1${path}?${queryOf(parameters)}`, init),
    raw,
    async close() {
      server.close();
      server.closeAllConnections();
      await endBackground();
      await jobs.close();
      await flights.close();
      await answers.close();
      await authenticator.close();
      await Promise.all([guarded.destroy(), local.destroy(), desk.close()]);
    },
  };
}

/** Over all gateways of a test file, since they may share a store. */
let lastUserId = 100;

function queryOf(parameters: object): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
}

function lookupIn(names: Record<string, string>): Lookup {
  return (hostname, _options, callback) => {
    const address = names[hostname];
    if (address === undefined) {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }), []);
      return;
    }
    callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
  };
}
