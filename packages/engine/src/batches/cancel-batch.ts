import type { Store } from '../store/store.ts';
import { type Batch, isBatchId, readBatch } from './batch.ts';

/** Drops what has not started; what runs, ends and is paid. Null where the account has no such batch; one that has ended stays as it is. */
export async function cancelBatch(
  store: Store,
  { accountId, id, now }: { accountId: number; id: string; now: Date },
): Promise<Batch | null> {
  if (!isBatchId(id)) return null;
  await store.query(statement, [accountId, id, now]);
  return readBatch(store, { accountId, id });
}

const statement = {
  name: 'batch-cancel',
  text: `
with dropped as (
  update batch_items i set state = 'dropped'
  from batches b
  where b.id = $2::uuid and b.account_id = $1::bigint and b.status in ('queued', 'running')
    and i.batch_id = b.id and i.state = 'waiting'
  returning 1
), counted as (
  select count(*)::integer as items from dropped
)
update batches b set
  status = 'cancelled',
  dropped = b.dropped + counted.items,
  finished_at = case when b.done + b.failed + b.dropped + counted.items >= b.total then $3::timestamptz end,
  webhook_due = b.webhook_url is not null and b.done + b.failed + b.dropped + counted.items >= b.total
from counted
where b.id = $2::uuid and b.account_id = $1::bigint and b.status in ('queued', 'running')`,
};
