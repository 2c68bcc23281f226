import { LeadGenError } from '@leadgen/engine';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** `LEADGEN_RATE_LIMIT`: so many calls per minute and account, counted in this process; over it `rate_limited` with the seconds to wait (E16). */
export function createRateLimit(callsPerMinute: number): (accountId: number) => Promise<void> {
  const limiter = new RateLimiterMemory({ points: callsPerMinute, duration: 60 });
  return async (accountId) => {
    try {
      await limiter.consume(accountId);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new LeadGenError('rate_limited', `At most ${callsPerMinute} a minute.`, {
        retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
      });
    }
  };
}
