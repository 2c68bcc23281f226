import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Statement, Store } from '../store/store.ts';
import { keptResultLimits } from './limits.ts';

/** Deletes what nobody may read any more, its rows before itself; answers how many answers went. */
export async function pruneKeptResults(store: Store, { now }: { now: Date }): Promise<number> {
  await deleteInSteps(store, rowsStatement, [now], keptResultLimits.prune);
  return deleteInSteps(store, resultsStatement, [now], keptResultLimits.prune);
}

const rowsStatement: Statement = {
  name: 'prune-kept-result-rows',
  text: `
with due as (
  select k.result_id, k.index from kept_results r join kept_result_rows k on k.result_id = r.id
  where r.expires_at <= $2::timestamptz
  order by r.expires_at limit $1::integer for update of k skip locked
), gone as (
  delete from kept_result_rows k using due d where k.result_id = d.result_id and k.index = d.index returning 1
)
select count(*) as gone from gone`,
};
const resultsStatement: Statement = {
  name: 'prune-kept-results',
  text: `
with due as (
  select r.id from kept_results r
  where r.expires_at <= $2::timestamptz and not exists (select from kept_result_rows k where k.result_id = r.id)
  order by r.expires_at limit $1::integer for update skip locked
), gone as (
  delete from kept_results where id in (select id from due) returning 1
)
select count(*) as gone from gone`,
};
