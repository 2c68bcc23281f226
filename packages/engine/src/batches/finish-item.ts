import { type Settled, type SettleRequest, settleText, settleValues } from '../credits/settle.ts';
import type { Store } from '../store/store.ts';

type Item = { batchId: string; index: number; round: number };

/**
 * Answers and pays an item in one statement, so that neither stands without the other. Null where the item was answered already, by
 * whoever took it over, or the hold is closed: nothing is deducted then.
 */
export async function finishPaidItem(
  store: Store,
  { item, data, settle }: { item: Item; data: string; settle: SettleRequest },
): Promise<Settled | null> {
  const [row] = await store.query<Settled>(paidStatement, [
    ...settleValues(settle),
    item.batchId,
    item.index,
    item.round,
    data,
  ]);
  return row ?? null;
}

/** Answers an item that costs nothing: from the cache, or with an error. */
export async function finishFreeItem(
  store: Store,
  { item, outcome, now }: { item: Item; outcome: { data: string } | { code: string; message: string }; now: Date },
): Promise<void> {
  const isAnswer = 'data' in outcome;
  await store.query(freeStatement, [
    item.batchId,
    item.index,
    item.round,
    isAnswer ? 'done' : 'failed',
    isAnswer ? outcome.data : null,
    isAnswer ? null : outcome.code,
    isAnswer ? null : outcome.message,
    now,
  ]);
}

/** The last item ends its batch, and a webhook is due then. */
function batchText({ from, done, cost, now }: { from: string; done: string; cost: string; now: string }): string {
  const isLast = 'b.done + b.failed + b.dropped + 1 >= b.total';
  return `
  update batches b set
    done = b.done + (${done})::integer,
    failed = b.failed + 1 - (${done})::integer,
    credits_used = b.credits_used + ${cost},
    reserved = b.reserved - item.reserved,
    status = case when ${isLast} and b.status <> 'cancelled' then 'done' else b.status end,
    finished_at = case when ${isLast} then ${now}::timestamptz end,
    webhook_due = b.webhook_url is not null and ${isLast}
  from ${from}
  where b.id = item.batch_id`;
}

const paidStatement = {
  name: 'batch-finish-paid',
  text: settleText({
    before: `item as (
  select batch_id, index, reserved from batch_items
  where batch_id = $6::uuid and index = $7::integer and round = $8::integer and state = 'running'
  for update
)`,
    where: 'exists (select 1 from item)',
    after: `answered as (
  update batch_items i set state = 'done', data = $9::text, credits = a.cost, worker = null, reserved = 0
  from item, account a
  where i.batch_id = item.batch_id and i.index = item.index
), batch as (${batchText({ from: 'item, account a', done: 'true', cost: 'a.cost', now: '$4' })}
)`,
  }),
};
const freeStatement = {
  name: 'batch-finish-free',
  text: `
with item as (
  select batch_id, index, reserved from batch_items
  where batch_id = $1::uuid and index = $2::integer and round = $3::integer and state = 'running'
  for update
), answered as (
  update batch_items i set state = $4::text, data = $5::text, error_code = $6::text, error_message = $7::text, credits = 0,
    worker = null, reserved = 0
  from item
  where i.batch_id = item.batch_id and i.index = item.index
)${batchText({ from: 'item', done: "$4::text = 'done'", cost: '0', now: '$8' })}`,
};
