import { type EngineContext, ledgerViolations } from '@leadgen/engine';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one gateway. No label ever holds an account or a key. */
export interface Metrics {
  observeRequest(operation: string, status: number, seconds: number): void;
  text(): Promise<string>;
  contentType: string;
}

/** The ledger is summed up at most this often, however often somebody scrapes. */
const violationsMillisecondsMin = 15_000;

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
  let summedAt = Number.NEGATIVE_INFINITY;
  new Gauge({
    name: 'leadgen_ledger_violations',
    help: 'Accounts, holds and ledger rows that contradict each other; must be 0. NaN while the database is away.',
    registers,
    async collect() {
      const now = context.clock.now();
      if (now - summedAt < violationsMillisecondsMin) return;
      try {
        this.set((await ledgerViolations(context.store)).length);
        summedAt = now;
      } catch {
        this.set(Number.NaN);
      }
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
