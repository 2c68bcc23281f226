import { type CrawlAllow, defaultSettings, type EngineSettings, parseCrawlAllow } from '@leadgen/engine';
import { z } from 'zod';
import { createClientOf } from './observe/client-address.ts';

/** Everything the environment sets, validated. Secrets live here and in the adapters alone. */
export interface GatewayConfig {
  host: string;
  port: number;
  databaseUrl: string | null;
  dataDir: string;
  upstream: 'live' | 'sandbox';
  serpProvider: 'scraperapi' | 'searxng' | 'direct';
  scraperApi: { key: string | null; url: string };
  searxngUrl: string | null;
  googlePlaces: { key: string | null; url: string; api: 'new' | 'legacy' };
  licenceProvider: 'local' | 'amember';
  amember: { url: string; apiKey: string } | null;
  amemberOpeningCredits: number;
  adminToken: string | null;
  crawlAllow: CrawlAllow;
  crawlRender: 'scraperapi' | null;
  jsonCompat: 'php' | null;
  logLevel: string;
  introspection: boolean;
  graphiql: boolean;
  trustedDocuments: string | null;
  workers: number;
  rateLimit: number | null;
  mcpOrigins: string[];
  trustProxy: string[];
  tileUrl: string | null;
  /** For `leadgen mcp` against a gateway. */
  remote: { baseUrl: string | null; apiKey: string | null; userId: number | null };
  settings: EngineSettings;
}

/** A value or a combination that can't be started with; the message is one line that says which and why. */
export class ConfigError extends Error {}

const text = z.string().trim().min(1, 'is empty');
const url = text
  .refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), 'is not an http:// or https:// address')
  .transform((value) => value.replace(/\/+$/, ''));
const integer = (minimum: number, maximum: number) =>
  text
    .refine(
      (value) => /^\d{1,15}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum,
      `is not an integer from ${minimum} to ${maximum}`,
    )
    .transform(Number);
const switchValue = text
  .refine((value) => value === '0' || value === '1', 'is not 0 or 1')
  .transform((value) => value === '1');
const twoLetters = text
  .refine((value) => /^[a-z]{2}$/i.test(value), 'is not a code of two letters')
  .transform((value) => value.toLowerCase());
const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) =>
  z.enum(values, { error: `is not one of ${values.join(', ')}` });
const list = text.transform((value) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

const environment = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: integer(0, 65_535).default(4000),
  DATABASE_URL: text.refine((value) => /^postgres(ql)?:\/\//.test(value), 'is not a postgres:// address').optional(),
  LEADGEN_DATA_DIR: text.default('.leadgen'),
  LEADGEN_UPSTREAM: oneOf('live', 'sandbox').optional(),
  SERP_PROVIDER: oneOf('scraperapi', 'searxng', 'direct').optional(),
  SCRAPERAPI_KEY: text.optional(),
  SCRAPERAPI_URL: url.default('https://api.scraperapi.com'),
  SEARXNG_URL: url.optional(),
  GOOGLE_PLACES_KEY: text.optional(),
  GOOGLE_PLACES_URL: url.optional(),
  GOOGLE_PLACES_API: oneOf('new', 'legacy').default('new'),
  LICENSE_PROVIDER: oneOf('local', 'amember').default('local'),
  AMEMBER_URL: url.optional(),
  AMEMBER_API_KEY: text.optional(),
  LEADGEN_AMEMBER_OPENING_CREDITS: integer(0, 1_000_000_000).default(0),
  LEADGEN_ADMIN_TOKEN: text.refine((value) => value.length >= 16, 'is shorter than 16 characters').optional(),
  LEADGEN_CRAWL_ALLOW: z.string().optional(),
  LEADGEN_CRAWL_RENDER: oneOf('scraperapi').optional(),
  LEADGEN_ADS_EMAIL_BILLING: oneOf('ad_text', 'contact_data').default('ad_text'),
  LEADGEN_CACHE_SCOPE: oneOf('shared', 'user').default('shared'),
  LEADGEN_PLACES_CACHE_DAYS: integer(1, 30).default(30),
  LEADGEN_JSON_COMPAT: oneOf('php').optional(),
  LEADGEN_ROBOTS: oneOf('respect', 'ignore').default('respect'),
  LEADGEN_HOLD_SECONDS: integer(1, 86_400).default(300),
  LEADGEN_EMPTY_REVIEWS_CREDITS: oneOf('0', '5').default('5'),
  LEADGEN_HISTORY_MAX: integer(1, 100_000).default(1000),
  LEADGEN_COUNTRY: twoLetters.default('us'),
  LEADGEN_LANGUAGE: twoLetters.default('en'),
  LEADGEN_USER_AGENT: text
    .refine((value) => /^[\x20-\x7e]{1,200}$/.test(value), 'is not printable ASCII of at most 200 characters')
    .default(defaultSettings.userAgent),
  LEADGEN_INTROSPECTION: switchValue.default(true),
  LEADGEN_GRAPHIQL: switchValue.default(true),
  LEADGEN_TRUSTED_DOCUMENTS: text.optional(),
  LEADGEN_WORKERS: integer(0, 64).default(2),
  LEADGEN_RATE_LIMIT: integer(1, 1_000_000).optional(),
  LEADGEN_MCP_ORIGINS: list.default([]),
  LEADGEN_BASE_URL: url.optional(),
  LEADGEN_API_KEY: text.optional(),
  LEADGEN_USER_ID: integer(1, Number.MAX_SAFE_INTEGER).optional(),
  LEADGEN_TRUST_PROXY: list.default([]),
  LEADGEN_TILE_URL: text.optional(),
  LEADGEN_LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
});

/** Belong to the tests and pass (contract, Environment). */
const foreignNames = /^LEADGEN_(FIXTURES$|TEST_)/;

/** Reads the environment; an empty value counts as not set. Throws `ConfigError`. */
export function readConfig(env: Record<string, string | undefined>): GatewayConfig {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (name.startsWith('LEADGEN_') && !(name in environment.shape) && !foreignNames.test(name)) {
      throw new ConfigError(`${name}: there is no such setting (the README lists them all)`);
    }
    if (name in environment.shape && value.trim() !== '') given[name] = value;
  }
  const result = environment.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])}: the value ${issue?.message}`);
  }
  const values = result.data;
  const hasUpstream =
    values.SCRAPERAPI_KEY !== undefined ||
    values.SEARXNG_URL !== undefined ||
    values.GOOGLE_PLACES_KEY !== undefined ||
    values.SERP_PROVIDER === 'direct';
  const upstream = values.LEADGEN_UPSTREAM ?? (hasUpstream ? 'live' : 'sandbox');
  if (upstream === 'sandbox' && values.LEADGEN_UPSTREAM === undefined && !isLoopback(values.HOST)) {
    throw new ConfigError(
      `HOST: ${values.HOST} is not loopback and no upstream is set: set SCRAPERAPI_KEY, SEARXNG_URL or GOOGLE_PLACES_KEY, or ask for invented answers with LEADGEN_UPSTREAM=sandbox`,
    );
  }
  const amember = values.LICENSE_PROVIDER === 'amember' ? readAmember(values) : null;
  return {
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDir: values.LEADGEN_DATA_DIR,
    upstream,
    serpProvider:
      values.SERP_PROVIDER ??
      (values.SCRAPERAPI_KEY === undefined && values.SEARXNG_URL !== undefined ? 'searxng' : 'scraperapi'),
    scraperApi: { key: values.SCRAPERAPI_KEY ?? null, url: values.SCRAPERAPI_URL },
    searxngUrl: values.SEARXNG_URL ?? null,
    googlePlaces: {
      key: values.GOOGLE_PLACES_KEY ?? null,
      url:
        values.GOOGLE_PLACES_URL ??
        (values.GOOGLE_PLACES_API === 'new' ? 'https://places.googleapis.com' : 'https://maps.googleapis.com'),
      api: values.GOOGLE_PLACES_API,
    },
    licenceProvider: values.LICENSE_PROVIDER,
    amember,
    amemberOpeningCredits: values.LEADGEN_AMEMBER_OPENING_CREDITS,
    adminToken: values.LEADGEN_ADMIN_TOKEN ?? null,
    crawlAllow: readCrawlAllow(values.LEADGEN_CRAWL_ALLOW),
    crawlRender: values.LEADGEN_CRAWL_RENDER ?? null,
    jsonCompat: values.LEADGEN_JSON_COMPAT ?? null,
    logLevel: values.LEADGEN_LOG_LEVEL,
    introspection: values.LEADGEN_INTROSPECTION,
    graphiql: values.LEADGEN_GRAPHIQL,
    trustedDocuments: values.LEADGEN_TRUSTED_DOCUMENTS ?? null,
    workers: values.LEADGEN_WORKERS,
    rateLimit: values.LEADGEN_RATE_LIMIT ?? null,
    mcpOrigins: values.LEADGEN_MCP_ORIGINS,
    trustProxy: readTrustProxy(values.LEADGEN_TRUST_PROXY),
    tileUrl: values.LEADGEN_TILE_URL ?? null,
    remote: {
      baseUrl: values.LEADGEN_BASE_URL ?? null,
      apiKey: values.LEADGEN_API_KEY ?? null,
      userId: values.LEADGEN_USER_ID ?? null,
    },
    settings: {
      adsEmailBilling: values.LEADGEN_ADS_EMAIL_BILLING,
      cacheScope: values.LEADGEN_CACHE_SCOPE,
      placesCacheDays: values.LEADGEN_PLACES_CACHE_DAYS,
      robots: values.LEADGEN_ROBOTS,
      holdSeconds: values.LEADGEN_HOLD_SECONDS,
      emptyReviewsCredits: values.LEADGEN_EMPTY_REVIEWS_CREDITS === '0' ? 0 : 5,
      historyMax: values.LEADGEN_HISTORY_MAX,
      country: values.LEADGEN_COUNTRY,
      language: values.LEADGEN_LANGUAGE,
      userAgent: values.LEADGEN_USER_AGENT,
    },
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function readAmember(values: { AMEMBER_URL?: string | undefined; AMEMBER_API_KEY?: string | undefined }): {
  url: string;
  apiKey: string;
} {
  if (values.AMEMBER_URL === undefined)
    throw new ConfigError('AMEMBER_URL: it is needed with LICENSE_PROVIDER=amember');
  if (values.AMEMBER_API_KEY === undefined)
    throw new ConfigError('AMEMBER_API_KEY: it is needed with LICENSE_PROVIDER=amember');
  return { url: values.AMEMBER_URL, apiKey: values.AMEMBER_API_KEY };
}

function readTrustProxy(addresses: string[]): string[] {
  try {
    createClientOf(addresses);
    return addresses;
  } catch (error) {
    throw new ConfigError(`LEADGEN_TRUST_PROXY: ${(error as Error).message}`);
  }
}

function readCrawlAllow(value: string | undefined): CrawlAllow {
  try {
    return parseCrawlAllow(value ?? '');
  } catch (error) {
    throw new ConfigError(`LEADGEN_CRAWL_ALLOW: ${(error as Error).message}`);
  }
}
