import type { Store } from '../store/store.ts';
import { closeHoldsText } from './close-holds-text.ts';
import { creditLimits } from './limits.ts';

/**
 * Frees holds that nobody settled in time, some hundred a statement, and answers how many. Several may sweep at once: each
 * passes over what another has in hand, and accounts are taken in the order of their ids.
 */
export async function expire(store: Store, { now }: { now: Date }): Promise<number> {
  let total = 0;
  for (let step = 0; step < creditLimits.sweepStepsMax; step += 1) {
    const [row] = await store.query<{ closed: number }>(statement, [creditLimits.sweepHoldsMax, now]);
    total += row?.closed ?? 0;
    if ((row?.closed ?? 0) < creditLimits.sweepHoldsMax) break;
  }
  return total;
}

const statement = {
  name: 'expire',
  text: closeHoldsText({ state: 'expired', where: 'expires_at <= $2::timestamptz' }),
};
