import type { Store } from '../store/store.ts';
import { closeHoldsText } from './close-holds-text.ts';
import { creditLimits } from './limits.ts';

/** Gives back what a process that ends still holds, and answers how many holds. */
export async function releaseOwn(store: Store, { gatewayId, now }: { gatewayId: string; now: Date }): Promise<number> {
  const [row] = await store.query<{ closed: number }>(statement, [creditLimits.sweepHoldsMax, now, gatewayId]);
  return row?.closed ?? 0;
}

const statement = {
  name: 'release-own',
  text: closeHoldsText({ state: 'released', where: 'gateway_id = $3::uuid' }),
};
