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

/** Takes what jobs name and is not answered yet, also from a worker that is gone. What was cancelled is not among it. */
export async function claimItems(
  store: Store,
  { jobs, worker }: { jobs: readonly ItemsJob[]; worker: string },
): Promise<ClaimedItem[]> {
  const items = jobs.flatMap(({ batchId, from, to, round }) =>
    Array.from({ length: to - from + 1 }, (_, offset) => ({ batchId, index: from + offset, round })),
  );
  return store.query<ClaimedItem>(statement, [
    items.map(({ batchId }) => batchId),
    items.map(({ index }) => index),
    items.map(({ round }) => round),
    worker,
  ]);
}

// Rows are locked in the order item, batch everywhere.
const statement = {
  name: 'batch-claim',
  text: `
with item as (
  select i.batch_id, i.index, i.round, i.input, i.attempt, i.reserved
  from unnest($1::uuid[], $2::integer[], $3::integer[]) as j (batch_id, index, round)
  join batch_items i on i.batch_id = j.batch_id and i.index = j.index and i.round = j.round
  where i.state in ('waiting', 'running')
  order by i.batch_id, i.index
  for update of i
), claimed as (
  update batch_items i set state = 'running', worker = $4::uuid, attempt = item.attempt + 1, reserved = 0
  from item where i.batch_id = item.batch_id and i.index = item.index
  returning i.index
), stale as (
  select batch_id, sum(reserved)::bigint as reserved from item group by batch_id
), batch as (
  update batches b set status = case when b.status = 'queued' then 'running' else b.status end, reserved = b.reserved - stale.reserved
  from stale
  where b.id = stale.batch_id and (b.status = 'queued' or stale.reserved > 0)
)
select i.batch_id as "batchId", i.index, i.round, i.input, i.attempt + 1 as attempt, b.operation, b.account_id as "accountId",
  b.key_id as "keyId", k.operations, b.max_credits as "maxCredits"
from item i join batches b on b.id = i.batch_id left join api_keys k on k.id = b.key_id
order by i.batch_id, i.index`,
};
