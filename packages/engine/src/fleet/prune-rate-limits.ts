import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { fleetLimits } from './limits.ts';

/** Deletes the counts of minutes that are over; answers how many. The rows are rate-limiter-flexible's. */
export async function pruneRateLimits(store: Store, { now }: { now: Date }): Promise<number> {
  return deleteInSteps(store, statement, [now.getTime() - fleetLimits.rateLimitKeptMilliseconds], fleetLimits.prune);
}

const statement = {
  name: 'prune-rate-limits',
  text: `
with due as (
  select key from rate_limits where expire < $2::bigint limit $1::integer for update skip locked
), gone as (
  delete from rate_limits r using due d where r.key = d.key and r.expire < $2::bigint returning 1
)
select count(*) as gone from gone`,
};
