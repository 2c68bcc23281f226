import type { CrawlDeps } from './crawl/crawl-website.ts';
import type { CrawlAllow } from './net/crawl-allow.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { PlacesProvider } from './ports/places-provider.ts';
import type { SearchDeps } from './serp/search-pages.ts';
import type { EngineSettings } from './settings.ts';
import type { Store } from './store/store.ts';

/** A row of the operation's own cache. */
export interface KeptRow {
  body: string;
  fetchedAt: number;
}

/** The operation's own cached rows (places, snapshots, landing pages), scoped like all answers (H2). */
export interface KeptRows {
  /** One statement for all keys; null where there is none or it is older than `seconds`. */
  readMany(
    namespace: string,
    parts: readonly (readonly (string | number)[])[],
    seconds: number,
  ): Promise<(KeptRow | null)[]>;
  write(namespace: string, parts: readonly (string | number)[], body: string): Promise<void>;
  /** Single flight over one row: `run` fetches and writes; a follower gets the leader's body, or its error. */
  lead(
    namespace: string,
    parts: readonly (string | number)[],
    seconds: number,
    run: () => Promise<string>,
  ): Promise<{ body: string; led: boolean }>;
}

/** What an operation works with during one call. It knows nothing of HTTP, GraphQL or SQL beyond its own tables. */
export interface Work {
  accountId: number;
  clock: Clock;
  log: Log;
  settings: EngineSettings;
  store: Store;
  /** Aborted at the call's deadline, and where the caller's leaving shall stop the work. */
  signal: AbortSignal;
  crawlAllow: CrawlAllow;
  /** A parameter's name as the caller's door spells it, for error texts. */
  nameOf: (name: string) => string;
  serp: SearchDeps;
  /** Null where no places provider is configured. */
  places: PlacesProvider | null;
  crawl: CrawlDeps;
  rows: KeptRows;
  /** Nothing may be fetched or charged. */
  cacheOnly: boolean;
  /** Kept rows older than this count as missing. Null: the operation's own lifetime. */
  maxAgeSeconds: number | null;
  /** The ceiling on this call's price, where the caller set one. */
  maxCredits: number | null;
  /** What the account can spend now; where all of it is held by other calls, waits for them (30 s at most, C17). */
  available(): Promise<number>;
  /**
   * Takes a hold of at most `bound` credits, once per call. Throws `insufficient_credits` where nothing is available and
   * `max_credits_exceeded` where `bound` is over a ceiling.
   */
  reserve(bound: number): Promise<void>;
  /** The dork behind a recipe code; null where there is none for this account. */
  resolveRecipe(code: string): Promise<string | null>;
}
