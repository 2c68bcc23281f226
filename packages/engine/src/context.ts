import type { Authenticator } from './accounts/authenticate.ts';
import type { AnswerCache } from './cache/answer-cache.ts';
import type { SingleFlight } from './cache/single-flight.ts';
import type { CrawlDeps } from './crawl/crawl-website.ts';
import type { CrawlAllow } from './net/crawl-allow.ts';
import type { Clock } from './ports/clock.ts';
import type { JobQueue } from './ports/job-queue.ts';
import type { Log } from './ports/log.ts';
import type { PlacesProvider } from './ports/places-provider.ts';
import type { PostWebhook } from './ports/post-webhook.ts';
import type { SearchDeps } from './serp/search-pages.ts';
import type { EngineSettings } from './settings.ts';
import type { Store } from './store/store.ts';
import type { UpstreamQueue } from './upstream-queue.ts';

/** Everything that a call needs from its process. Made by the gateway's wiring; tests set single parts by hand. */
export interface EngineContext {
  clock: Clock;
  log: Log;
  settings: EngineSettings;
  store: Store;
  authenticator: Authenticator;
  answers: AnswerCache;
  flights: SingleFlight;
  upstreamQueue: UpstreamQueue;
  serp: SearchDeps;
  places: PlacesProvider | null;
  crawl: CrawlDeps;
  crawlAllow: CrawlAllow;
  /** The queue of the batches. */
  jobs: JobQueue;
  postWebhook: PostWebhook;
  /** This process, in holds and heartbeats. */
  gatewayId: string;
  newId: () => string;
  /** Asked before each call of an account that is logged in; throws `rate_limited` where it has made too many (E16). */
  admit?: (accountId: number) => Promise<void>;
  /** Told of every answer, by the operation's key; for the metrics. */
  onAnswer?: (operation: string, credits: { used: number; cached: boolean }) => void;
}
