import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineContext, ledgerViolations } from '@leadgen/engine';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one gateway. No label ever holds an account or a key. */
export interface Metrics {
  observeRequest(operation: string, status: number, seconds: number): void;
  text(): Promise<string>;
  contentType: string;
}

/** The ledger is summed up at most this often, however often somebody scrapes, and for a sixtieth of the time at most. */
const violationsMillisecondsMin = 15_000;
const violationsRestFactor = 60;
/** A scrape waits this long for the sum and shows the one before otherwise. */
const violationsWaitMillisecondsMax = 3_000;

export function createMetrics(context: EngineContext): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'leadgen_http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['operation', 'status'] as const,
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 30, 60, 115],
    registers,
  });
  const answers = new Counter({
    name: 'leadgen_answers_total',
    help: 'Answers given, by operation and by cache.',
    labelNames: ['operation', 'cached'] as const,
    registers,
  });
  const credits = new Counter({
    name: 'leadgen_credits_used_total',
    help: 'Credits deducted.',
    labelNames: ['operation'] as const,
    registers,
  });
  new Gauge({
    name: 'leadgen_upstream_calls',
    help: 'Upstream-bound calls, running and waiting for their account.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { running, waiting } = context.upstreamQueue.size();
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'leadgen_provider_set_aside',
    help: 'Whether a search provider is set aside after failures in a row (1) or not (0).',
    labelNames: ['provider'] as const,
    registers,
    collect() {
      for (const { provider, state } of context.serp.breaker.states()) this.set({ provider }, state === 'open' ? 1 : 0);
    },
  });
  let nextSumAt = Number.NEGATIVE_INFINITY;
  let summing: Promise<void> | null = null;
  let violations = Number.NaN;
  const sum = async () => {
    const began = context.clock.now();
    try {
      violations = (await ledgerViolations(context.store)).length;
      const took = context.clock.now() - began;
      nextSumAt = began + Math.max(violationsMillisecondsMin, took * violationsRestFactor);
    } catch {
      violations = Number.NaN;
    } finally {
      summing = null;
    }
  };
  new Gauge({
    name: 'leadgen_ledger_violations',
    help: 'Accounts, holds and ledger rows that contradict each other; must be 0. NaN while nobody knows: the database is away, or the first sum is under way.',
    registers,
    async collect() {
      if (context.clock.now() >= nextSumAt) summing ??= sum();
      if (summing) await untilLate(summing, violationsWaitMillisecondsMax);
      this.set(violations);
    },
  });
  /** One child per pair of labels, looked up once: the histogram would hash them at each request. */
  const children = new Map<string, Histogram.Internal<'operation' | 'status'>>();
  const observeRequest = (operation: string, status: number, seconds: number) => {
    const name = `${operation} ${status}`;
    let child = children.get(name);
    if (!child) {
      child = requests.labels({ operation, status: String(status) });
      children.set(name, child);
    }
    child.observe(seconds);
  };
  context.onAnswer = (operation, { used, cached }) => {
    answers.inc({ operation, cached: String(cached) });
    if (used > 0) credits.inc({ operation }, used);
  };
  return { observeRequest, text: () => registry.metrics(), contentType: registry.contentType };
}

/** Resolves with the promise, or when the time is over. */
async function untilLate(promise: Promise<void>, milliseconds: number): Promise<void> {
  const late = new AbortController();
  const timer = sleep(milliseconds, undefined, { signal: late.signal }).catch(() => {});
  await Promise.race([promise, timer]);
  late.abort();
}
