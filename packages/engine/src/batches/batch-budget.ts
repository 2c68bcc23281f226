import type { EngineContext } from '../context.ts';
import type { CreditBudget } from '../credits/credit-budget.ts';
import { LeadGenError } from '../errors.ts';
import type { ClaimedItem } from './claim-items.ts';
import { batchLimits } from './limits.ts';

/**
 * The ceiling on a batch, kept in its row so that it holds over all workers. What an item sets aside comes back when the item is
 * finished or claimed anew, so a worker that dies leaks nothing.
 */
export function batchBudget(
  { store, clock }: Pick<EngineContext, 'store' | 'clock'>,
  item: ClaimedItem & { maxCredits: number },
  onWait: (isWaiting: boolean) => void,
): CreditBudget {
  return {
    left: () => item.maxCredits,
    async take(bound, signal) {
      for (;;) {
        const [row] = await store.query<{ taken: boolean; reserved: number; left: number }>(takeStatement, [
          item.batchId,
          item.index,
          bound,
        ]);
        if (row?.taken) return () => {};
        if (!row || row.reserved === 0)
          throw new LeadGenError(
            'max_credits_exceeded',
            `This call could cost ${bound} credits; ${row?.left ?? 0} are left under the batch's ceiling.`,
          );
        // Other items of the batch may give some back.
        onWait(true);
        await clock.sleep(batchLimits.budgetPollMilliseconds, signal).finally(() => onWait(false));
      }
    },
  };
}

const takeStatement = {
  name: 'batch-budget-take',
  text: `
with item as (
  select batch_id, index from batch_items where batch_id = $1::uuid and index = $2::integer and state = 'running' for update
), taken as (
  update batches b set reserved = b.reserved + $3::bigint
  from item
  where b.id = item.batch_id and b.credits_used + b.reserved + $3::bigint <= b.max_credits
  returning b.id
), noted as (
  update batch_items i set reserved = $3::bigint from item, taken where i.batch_id = item.batch_id and i.index = item.index
)
select exists (select 1 from taken) as taken, b.reserved, b.max_credits - b.credits_used - b.reserved as left
from batches b join item on item.batch_id = b.id`,
};
