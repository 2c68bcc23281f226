import type { Statement, Store } from '../store/store.ts';
import { keptResultLimits } from './limits.ts';

/** Deletes what nobody may read any more, some hundred a statement; answers how many. */
export async function pruneKeptResults(store: Store, { now }: { now: Date }): Promise<number> {
  let total = 0;
  for (let step = 0; step < keptResultLimits.pruneStepsMax; step += 1) {
    const [row] = await store.query<{ gone: number }>(statement, [keptResultLimits.pruneResultsMax, now]);
    total += row?.gone ?? 0;
    if ((row?.gone ?? 0) < keptResultLimits.pruneResultsMax) break;
  }
  return total;
}

const statement: Statement = {
  name: 'prune-kept-results',
  text: `
with due as (
  select id from kept_results where expires_at <= $2::timestamptz limit $1::integer
), gone as (
  delete from kept_results where id in (select id from due) returning 1
)
select count(*)::integer as gone from gone`,
};
