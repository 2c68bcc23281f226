import { LeadGenError } from '@leadgen/engine';
import { subscriptionLimits } from './limits.ts';

/**
 * Counts the event streams of this process. The result takes a place and gives the function that frees it; it throws `rate_limited` where the
 * account has as many as it may, `overloaded` where all accounts have.
 */
export function createSubscriptionPlaces(): (accountId: number) => () => void {
  const byAccount = new Map<number, number>();
  let inAll = 0;
  return (accountId) => {
    const { perAccountMax, inAllMax } = subscriptionLimits;
    const mine = byAccount.get(accountId) ?? 0;
    if (mine >= perAccountMax)
      throw new LeadGenError('rate_limited', `At most ${perAccountMax} subscriptions of an account at once.`);
    if (inAll >= inAllMax) throw new LeadGenError('overloaded', `At most ${inAllMax} subscriptions at once.`);
    byAccount.set(accountId, mine + 1);
    inAll += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inAll -= 1;
      const others = (byAccount.get(accountId) ?? 1) - 1;
      if (others === 0) byAccount.delete(accountId);
      else byAccount.set(accountId, others);
    };
  };
}
