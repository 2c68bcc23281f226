import type { EngineContext } from '../context.ts';
import { LeadGenError } from '../errors.ts';
import { sqlRunner } from '../store/sql-runner.ts';
import { type Batch, isBatchId, readBatch } from './batch.ts';
import { itemJobId } from './batch-ids.ts';
import { batchJobsChannel, type ItemsJob } from './job.ts';
import { batchLimits } from './limits.ts';
import { queuePlaceText } from './queue-draft.ts';

/**
 * Puts the failed items of a batch into the queue once more; they have cost nothing. Null where the account has no such batch; throws
 * `invalid_param` where it was cancelled.
 */
export async function retryFailed(
  { store, jobs }: Pick<EngineContext, 'store' | 'jobs'>,
  { accountId, id }: { accountId: number; id: string },
): Promise<Batch | null> {
  if (!isBatchId(id)) return null;
  await jobs.ready();
  await store.db.transaction().execute(async (transaction) => {
    const runner = sqlRunner(transaction);
    const [batch] = (await runner.run(lockText, [accountId, id])).rows as { status: string; round: number }[];
    if (!batch) return;
    if (batch.status === 'cancelled')
      throw new LeadGenError('invalid_param', 'Parameter: id: the batch was cancelled.');
    const round = batch.round + 1;
    const items = (await runner.run(itemsText, [id, round])).rows as { index: number }[];
    if (items.length === 0) return;
    const [{ place }] = (await runner.run(queuePlaceText, [accountId])).rows as [{ place: number }];
    await runner.run(batchText, [id, round, items.length]);
    const indexes = items.map(({ index }) => index).sort((a, b) => a - b);
    for (let start = 0; start < indexes.length; start += batchLimits.jobsPerStatement) {
      const part = indexes.slice(start, start + batchLimits.jobsPerStatement).map((index, offset) => {
        const data: ItemsJob = { batchId: id, from: index, to: index, round };
        return {
          id: itemJobId(id, { index, round, itemsPerJob: 1 }),
          data,
          priority: -(place + start + offset),
          group: String(accountId),
        };
      });
      await jobs.add('batch-items', part, { within: runner });
    }
    await runner.run(`select pg_notify(current_schema() || '_${batchJobsChannel}', '')`);
  });
  return readBatch(store, { accountId, id });
}

const lockText = `select status, round from batches where account_id = $1::bigint and id = $2::uuid and status <> 'draft' for update`;
const itemsText = `
update batch_items set state = 'waiting', round = $2::integer, attempt = 0, error_code = null, error_message = null
where batch_id = $1::uuid and state = 'failed' returning index`;
const batchText = `
update batches set round = $2::integer, failed = failed - $3::integer, status = 'running', finished_at = null, webhook_due = false
where id = $1::uuid`;
