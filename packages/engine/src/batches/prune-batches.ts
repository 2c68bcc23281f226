import type { Store } from '../store/store.ts';
import { batchLimits } from './limits.ts';

/** Deletes batches that ended long ago and drafts that nobody finished, some thousand rows a statement; answers how many rows. */
export async function pruneBatches(store: Store, { now }: { now: Date }): Promise<number> {
  const endedBefore = new Date(now.getTime() - batchLimits.keptDaysMax * 86_400_000);
  const draftedBefore = new Date(now.getTime() - batchLimits.draftHoursMax * 3_600_000);
  let total = 0;
  for (let step = 0; step < batchLimits.pruneStepsMax; step += 1) {
    const [row] = await store.query<{ gone: number }>(itemsStatement, [
      endedBefore,
      draftedBefore,
      batchLimits.pruneItemsMax,
    ]);
    total += row?.gone ?? 0;
    if ((row?.gone ?? 0) < batchLimits.pruneItemsMax) break;
  }
  const [row] = await store.query<{ gone: number }>(batchesStatement, [
    endedBefore,
    draftedBefore,
    batchLimits.pruneBatchesMax,
  ]);
  return total + (row?.gone ?? 0);
}

const dueText = `
  select id from batches
  where (finished_at is not null and finished_at < $1::timestamptz) or (status = 'draft' and created_at < $2::timestamptz)`;
const itemsStatement = {
  name: 'batch-prune-items',
  text: `
with due as (
  select i.batch_id, i.index from batch_items i where i.batch_id in (${dueText}) limit $3::integer
), gone as (
  delete from batch_items i using due d where i.batch_id = d.batch_id and i.index = d.index returning 1
)
select count(*) as gone from gone`,
};
const batchesStatement = {
  name: 'batch-prune',
  text: `
with due as (
  select id from (${dueText}) old where not exists (select 1 from batch_items i where i.batch_id = old.id) limit $3::integer
), gone as (
  delete from batches b using due d where b.id = d.id returning 1
)
select count(*) as gone from gone`,
};
