import type { Store } from '../store/store.ts';
import { closeHoldsText } from './close-holds-text.ts';
import { creditLimits } from './limits.ts';

/**
 * Gives back what gateways hold that are gone, and answers how many holds: gone is one without a heartbeat for 30 s, or, where
 * `alone` says that nobody else can have the database open, every other. Never its own.
 */
export async function releaseGone(
  store: Store,
  { gatewayId, now, alone = false }: { gatewayId: string; now: Date; alone?: boolean },
): Promise<number> {
  let total = 0;
  for (let step = 0; step < creditLimits.sweepStepsMax; step += 1) {
    const [row] = await store.query<{ closed: number }>(statement, [
      creditLimits.sweepHoldsMax,
      now,
      gatewayId,
      alone,
      creditLimits.heartbeatAgeSecondsMax,
    ]);
    total += row?.closed ?? 0;
    if ((row?.closed ?? 0) < creditLimits.sweepHoldsMax) break;
  }
  return total;
}

const statement = {
  name: 'release-gone',
  text: closeHoldsText({
    state: 'released',
    where: `gateway_id <> $3::uuid and ($4::boolean or not exists (
      select 1 from gateways g
      where g.id = gateway_id and g.heartbeat_at > now() - make_interval(secs => $5::integer)
    ))`,
  }),
};
