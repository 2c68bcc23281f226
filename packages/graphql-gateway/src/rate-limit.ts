import { LeadGenError, type Log, type Store } from '@leadgen/engine';
import { LRUCache } from 'lru-cache';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { rateLimits } from './limits.ts';

/** What this process may still let through without a question, and until when (milliseconds since the epoch). */
interface Lease {
  left: number;
  until: number;
  /** Nothing is left for anybody. */
  spent: boolean;
}

/**
 * `LEADGEN_RATE_LIMIT`: so many calls per account in a minute that begins with its first; over it `rate_limited` with the seconds to
 * wait (E16). With a store on PostgreSQL the count is one for all processes, and never too high: each takes a hundredth of the limit at a
 * time from it, so that most calls ask nobody, and may sit on less than that when the minute is over. While the database is away each
 * process counts for itself.
 */
export function createRateLimit(
  callsPerMinute: number,
  shared: { store: Store; log: Log } | null = null,
): (accountId: number) => Promise<void> {
  const here = new RateLimiterMemory({ points: callsPerMinute, duration: rateLimits.windowSeconds });
  const counter = shared?.store.kind === 'postgres' ? countOnPostgres(callsPerMinute, here, shared) : here;
  const share = Math.max(1, Math.floor(callsPerMinute / rateLimits.leasesPerWindow));
  const leases = new LRUCache<number, Lease>({ max: rateLimits.leasesMax });
  const asking = new Map<number, { waiting: number; done: Promise<void> }>();

  /** Takes a share of what is left, at least one call for each that waits. */
  async function ask(accountId: number, points: number): Promise<void> {
    const { granted, result } = await consume(counter, { accountId, points, callsPerMinute });
    const until = Date.now() + result.msBeforeNext;
    leases.set(accountId, { left: granted, until, spent: granted < points });
  }

  return async (accountId) => {
    for (;;) {
      const lease = leases.get(accountId);
      if (lease && lease.until > Date.now()) {
        if (lease.left > 0) {
          lease.left -= 1;
          return;
        }
        if (lease.spent) {
          throw new LeadGenError('rate_limited', `At most ${callsPerMinute} a minute.`, {
            retryAfterSeconds: Math.max(1, Math.ceil((lease.until - Date.now()) / 1000)),
          });
        }
      }
      const there = asking.get(accountId);
      if (there) {
        there.waiting += 1;
        await there.done;
        continue;
      }
      const entry = { waiting: 0, done: Promise.resolve() };
      asking.set(accountId, entry);
      // A turn later, so that calls which came together are counted together.
      entry.done = Promise.resolve()
        .then(() => ask(accountId, Math.max(share, entry.waiting + 1)))
        .finally(() => asking.delete(accountId));
      await entry.done;
    }
  };
}

/** How many of `points` there were: the counter runs on past the limit, and tells by how much. */
async function consume(
  counter: RateLimiterAbstract,
  { accountId, points, callsPerMinute }: { accountId: number; points: number; callsPerMinute: number },
): Promise<{ granted: number; result: RateLimiterRes }> {
  try {
    return { granted: points, result: await counter.consume(accountId, points) };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return { granted: Math.max(0, points - (refusal.consumedPoints - callsPerMinute)), result: refusal };
  }
}

function countOnPostgres(
  callsPerMinute: number,
  insurance: RateLimiterMemory,
  { store, log }: { store: Store; log: Log },
): RateLimiterPostgres {
  const storeClient = {
    async query({ name, text, values }: { name: string; text: string; values: unknown[] }) {
      try {
        const rows = await store.query({ name, text }, values);
        return { rows, rowCount: rows.length };
      } catch (error) {
        log.warn({ error: String(error) }, 'calls per minute are counted by each process for itself');
        throw error;
      }
    },
  };
  return new RateLimiterPostgres({
    storeClient,
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    // Housekeeping does it.
    clearExpiredByTimeout: false,
    keyPrefix: '',
    points: callsPerMinute,
    duration: rateLimits.windowSeconds,
    insuranceLimiter: insurance,
  });
}
