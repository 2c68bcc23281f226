import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  createAnswerCache,
  createAuthenticator,
  createFetchPage,
  createFleetHostGate,
  createFleetSlots,
  createFleetUpstreamQueue,
  createGuardedAgent,
  createHostGate,
  createPageReader,
  createPageSaver,
  createPostWebhook,
  createProviderBreaker,
  createSingleFlight,
  createUpstreamQueue,
  type EngineContext,
  type Log,
  migrate,
  netLimits,
  openCliStore,
  openStore,
  type PlacesProvider,
  type SerpProvider,
  type Store,
  searchAddress,
  type UpstreamCheck,
} from '@leadgen/engine';
import {
  createAmember,
  createAmemberCheck,
  createDirectSerp,
  createGooglePlacesCheck,
  createGooglePlacesLegacy,
  createGooglePlacesNew,
  createPgBossQueue,
  createRenderPage,
  createScraperApi,
  createScraperApiCheck,
  createSearxng,
  createSearxngCheck,
  systemClock,
} from '@leadgen/engine/adapters';
import type { GatewayConfig } from './config.ts';
import { createRateLimit } from './rate-limit.ts';
import { routeToSandbox } from './sandbox/route-to-sandbox.ts';
import type { Sandbox } from './sandbox/start-sandbox.ts';

/** Opens the store that the configuration names and brings its schema up to date, unless the caller wants to see it as it is. */
export async function openWiredStore(
  config: GatewayConfig,
  log: Log,
  { opener = 'gateway', migrates = true }: { opener?: 'gateway' | 'command'; migrates?: boolean } = {},
): Promise<Store> {
  const options = {
    ...(config.databaseUrl === null ? {} : { databaseUrl: config.databaseUrl }),
    dataDir: config.dataDir,
    schema: config.upstream === 'sandbox' ? ('leadgen_sandbox' as const) : ('leadgen' as const),
    log,
  };
  const store = opener === 'gateway' ? await openStore(options) : await openCliStore(options);
  if (!migrates) return store;
  try {
    const applied = await migrate(store);
    if (applied.length > 0) log.info({ migrations: applied }, 'the schema was brought up to date');
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** The engine with its adapters: the only place that names them. */
export async function wireEngine({
  config,
  store,
  log,
  sandbox,
  gatewayId = randomUUID(),
}: {
  config: GatewayConfig;
  store: Store;
  log: Log;
  /** Takes the place of every upstream, and answers for its own hosts. */
  sandbox: Sandbox | null;
  gatewayId?: string;
}): Promise<{ context: EngineContext; close: () => Promise<void> }> {
  const clock = systemClock;
  const { settings, crawlAllow } = config;
  const guarded = createGuardedAgent({ allow: crawlAllow });
  const agent = sandbox ? routeToSandbox(guarded, sandbox) : guarded;
  const fetchPage = createFetchPage({
    agent,
    userAgent: settings.userAgent,
    hostGate: hostGate({ store, gatewayId, log }),
  });
  const authenticator = await createAuthenticator({
    store,
    clock,
    log,
    licence: config.amember ? createAmember({ ...config.amember, clock }) : null,
    openingCredits: config.amemberOpeningCredits,
  });
  const answers = await createAnswerCache({ store });
  const flights = createSingleFlight({ store, owner: gatewayId, log, clock });
  const jobs = createPgBossQueue({
    sql: store,
    schema: config.upstream === 'sandbox' ? 'leadgen_sandbox_jobs' : 'leadgen_jobs',
    embedded: store.kind === 'pglite',
    log,
  });
  const savesPages = config.upstream === 'live' && config.dataDir !== 'memory';
  const context: EngineContext = {
    clock,
    log,
    settings,
    store,
    authenticator,
    answers,
    flights,
    upstreamQueue:
      store.kind === 'postgres'
        ? createFleetUpstreamQueue({ slots: createFleetSlots({ store, gatewayId, clock, log }) })
        : createUpstreamQueue(),
    serp: {
      providers: serpProviders(config, { sandbox, fetchPage, log }),
      clock,
      log,
      fetchPage,
      breaker: createProviderBreaker(clock),
      savePage: savesPages
        ? createPageSaver({ folder: join(config.dataDir, 'unknown-pages'), clock, log, secrets: secretsOf(config) })
        : null,
    },
    places: placesProvider(config, { sandbox, clock }),
    crawl: {
      fetchPage,
      clock,
      robots: settings.robots,
      userAgent: settings.userAgent,
      renderPage: renderer(config),
      readPage: createPageReader(),
    },
    crawlAllow,
    jobs,
    postWebhook: createPostWebhook({ agent, userAgent: settings.userAgent }),
    gatewayId,
    newId: randomUUID,
    ...(config.rateLimit === null ? {} : { admit: createRateLimit(config.rateLimit, { store, log }) }),
  };
  return {
    context,
    async close() {
      await jobs.close();
      await flights.close();
      await answers.close();
      await authenticator.close();
      await agent.destroy();
    },
  };
}

/** Five requests at once for each host: over the whole fleet where there may be one. */
function hostGate({ store, gatewayId, log }: { store: Store; gatewayId: string; log: Log }) {
  if (store.kind === 'pglite') return createHostGate();
  const { requestsPerHostMax, requestsWaitingMax } = netLimits;
  return createFleetHostGate({
    store,
    gatewayId,
    clock: systemClock,
    log,
    placesPerHost: requestsPerHostMax,
    waitingMax: requestsWaitingMax,
  });
}

/** What `leadgen doctor` asks of every upstream that is configured. In the sandbox there is none. */
export function wireUpstreamChecks(config: GatewayConfig): UpstreamCheck[] {
  if (config.upstream === 'sandbox') return [];
  const clock = systemClock;
  const { scraperApi, searxngUrl, amember } = config;
  const places = placesProvider(config, { sandbox: null, clock });
  return [
    ...(scraperApi.key === null ? [] : [createScraperApiCheck({ apiKey: scraperApi.key, baseUrl: scraperApi.url })]),
    ...(searxngUrl === null ? [] : [createSearxngCheck({ provider: createSearxng({ baseUrl: searxngUrl }) })]),
    ...(places ? [createGooglePlacesCheck({ provider: places })] : []),
    ...(amember ? [createAmemberCheck({ ...amember, verifier: createAmember({ ...amember, clock }) })] : []),
  ];
}

type Parts = { sandbox: Sandbox | null; fetchPage: EngineContext['serp']['fetchPage']; log: Log };

/** The one that is asked first, then those to fall back on. */
function serpProviders(config: GatewayConfig, { sandbox, fetchPage, log }: Parts): SerpProvider[] {
  const scraperApi = (apiKey: string, baseUrl: string) =>
    createScraperApi({ apiKey, baseUrl, addressOf: searchAddress, log });
  if (sandbox) return [scraperApi('sandbox', sandbox.url)];
  const available = new Map<string, SerpProvider>();
  if (config.scraperApi.key !== null)
    available.set('scraperapi', scraperApi(config.scraperApi.key, config.scraperApi.url));
  if (config.searxngUrl !== null) available.set('searxng', createSearxng({ baseUrl: config.searxngUrl }));
  if (config.serpProvider === 'direct')
    available.set('direct', createDirectSerp({ fetchPage, addressOf: searchAddress }));
  const first = available.get(config.serpProvider);
  return [...(first ? [first] : []), ...[...available.values()].filter((each) => each !== first)];
}

function placesProvider(
  config: GatewayConfig,
  { sandbox, clock }: { sandbox: Sandbox | null; clock: typeof systemClock },
): PlacesProvider | null {
  const { key, url, api } = config.googlePlaces;
  const create = api === 'legacy' ? createGooglePlacesLegacy : createGooglePlacesNew;
  if (sandbox) return create({ apiKey: 'sandbox', baseUrl: sandbox.url, clock });
  if (key === null) return null;
  return create({ apiKey: key, baseUrl: url, clock });
}

/** `LEADGEN_CRAWL_RENDER=scraperapi`: an empty JavaScript shell is fetched once more, rendered there. */
function renderer(config: GatewayConfig): EngineContext['crawl']['renderPage'] {
  const { key, url } = config.scraperApi;
  if (config.crawlRender !== 'scraperapi' || key === null) return null;
  return createRenderPage({ apiKey: key, baseUrl: url });
}

function secretsOf(config: GatewayConfig): string[] {
  return [config.scraperApi.key, config.googlePlaces.key, config.amember?.apiKey, config.adminToken].filter(
    (each) => each !== null && each !== undefined,
  );
}
