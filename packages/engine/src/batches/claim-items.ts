import type { Store } from '../store/store.ts';
import type { ItemsJob } from './job.ts';

/** An item in the hands of a worker. */
export interface ClaimedItem {
  batchId: string;
  index: number;
  round: number;
  /** JSON as it was sent. */
  input: string;
  /** From 1: how often it was started in this round. */
  attempt: number;
  operation: string;
  accountId: number;
  keyId: number | null;
  /** What the key may call; null = everything. */
  operations: string[] | null;
  maxCredits: number | null;
}

/** Takes what a job names and is not answered yet, also from a worker that is gone. What was cancelled is not among it. */
export async function claimItems(
  store: Store,
  { job, worker }: { job: ItemsJob; worker: string },
): Promise<ClaimedItem[]> {
  return store.query<ClaimedItem>(statement, [job.batchId, job.from, job.to, job.round, worker]);
}

// Rows are locked in the order item, batch everywhere.
const statement = {
  name: 'batch-claim',
  text: `
with item as (
  select batch_id, index, round, input, attempt, reserved from batch_items
  where batch_id = $1::uuid and index between $2::integer and $3::integer and round = $4::integer and state in ('waiting', 'running')
  for update
), claimed as (
  update batch_items i set state = 'running', worker = $5::uuid, attempt = item.attempt + 1, reserved = 0
  from item where i.batch_id = item.batch_id and i.index = item.index
  returning i.index
), stale as (
  select count(*) as items, coalesce(sum(reserved), 0)::bigint as reserved from item
), batch as (
  update batches b set status = case when b.status = 'queued' then 'running' else b.status end, reserved = b.reserved - stale.reserved
  from stale
  where b.id = $1::uuid and stale.items > 0 and (b.status = 'queued' or stale.reserved > 0)
)
select i.batch_id as "batchId", i.index, i.round, i.input, i.attempt + 1 as attempt, b.operation, b.account_id as "accountId",
  b.key_id as "keyId", k.operations, b.max_credits as "maxCredits"
from item i join batches b on b.id = i.batch_id left join api_keys k on k.id = b.key_id
order by i.index`,
};
