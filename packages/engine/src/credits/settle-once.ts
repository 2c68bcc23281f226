import type { Store } from '../store/store.ts';
import { readHold } from './read-hold.ts';
import type { Settled, SettleRequest } from './settle.ts';

/**
 * Settles a hold, with the charges cut to it where it is smaller than the price (C16). Null where the hold is gone: nobody was charged,
 * and nobody can be.
 */
export async function settleOnce<Charge>(
  store: Store,
  {
    holdId,
    cost,
    charges,
    cutCharges,
    now,
    settle,
  }: {
    holdId: string;
    cost: number;
    charges: Charge[];
    cutCharges: (charges: Charge[], used: number) => Charge[];
    now: Date;
    settle: (request: SettleRequest) => Promise<Settled | null>;
  },
): Promise<Settled | null> {
  const whole = await settle({ holdId, cost, charges, now, whole: true });
  if (whole) return whole;
  const hold = await readHold(store, holdId);
  // A settle before a break of the connection may have done its work.
  if (hold?.state === 'settled') return { balance: hold.balance, available: hold.available, cost: hold.cost ?? 0 };
  if (hold?.state !== 'pending') return null;
  return settle({ holdId, cost: hold.amount, charges: cutCharges(charges, hold.amount), now });
}
