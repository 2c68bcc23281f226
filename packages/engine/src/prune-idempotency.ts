import { requestLimits } from './limits.ts';
import { deleteInSteps } from './store/delete-in-steps.ts';
import type { Store } from './store/store.ts';

/** Deletes answers to `Idempotency-Key`s that are too old to be given again; answers how many. */
export async function pruneIdempotency(store: Store, { now }: { now: Date }): Promise<number> {
  const before = new Date(now.getTime() - requestLimits.idempotencyMillisecondsMax);
  return deleteInSteps(store, statement, [before], requestLimits.prune);
}

const statement = {
  name: 'prune-idempotency',
  text: `
with due as (
  select account_id, key from idempotency where created_at < $2::timestamptz
  order by created_at limit $1::integer for update skip locked
), gone as (
  delete from idempotency i using due d
  where i.account_id = d.account_id and i.key = d.key and i.created_at < $2::timestamptz
  returning 1
)
select count(*) as gone from gone`,
};
