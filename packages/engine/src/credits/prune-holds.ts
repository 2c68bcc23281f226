import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';

/**
 * Deletes closed holds: those that cost nothing after a week, paid ones after 90 days. The ledger keeps its entries, with operation,
 * request and charges. A key that was not used lately forgets the month that those holds add up to. Answers how many.
 */
export async function pruneHolds(store: Store, { now }: { now: Date }): Promise<number> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  await store.query(forgetMonthsStatement, [daysAgo(creditLimits.paidHoldDays), creditLimits.pruneHolds.rowsMax]);
  const unpaid = await deleteInSteps(
    store,
    unpaidStatement,
    [daysAgo(creditLimits.unpaidHoldDays)],
    creditLimits.pruneHolds,
  );
  return (
    unpaid + (await deleteInSteps(store, paidStatement, [daysAgo(creditLimits.paidHoldDays)], creditLimits.pruneHolds))
  );
}

// A month before the current one means nothing to anybody. Keys in use are passed over: nobody waits here for two locks.
const forgetMonthsStatement = {
  name: 'forget-key-months',
  text: `
with due as (
  select id from api_keys where month <= ($1::timestamptz at time zone 'UTC')::date
  limit $2::integer for no key update skip locked
)
update api_keys k set month = null, used = 0 from due d where k.id = d.id`,
};
// Each `where` is that of its index.
const unpaidStatement = {
  name: 'prune-holds-unpaid',
  text: `
with due as (
  select id from holds where state <> 'pending' and coalesce(cost, 0) = 0 and closed_at < $2::timestamptz
  order by closed_at limit $1::integer for update skip locked
), gone as (
  delete from holds h using due d where h.id = d.id returning 1
)
select count(*) as gone from gone`,
};
const paidStatement = {
  name: 'prune-holds-paid',
  text: `
with due as (
  select h.id from holds h
  where h.cost > 0 and h.closed_at < $2::timestamptz and not exists (
    select 1 from api_keys k
    where k.id = h.key_id and k.month = date_trunc('month', h.closed_at at time zone 'UTC')::date
  )
  order by h.closed_at limit $1::integer for update skip locked
), gone as (
  delete from holds h using due d where h.id = d.id returning 1
)
select count(*) as gone from gone`,
};
