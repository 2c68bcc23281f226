import type { EngineContext } from '../context.ts';
import { LeadGenError } from '../errors.ts';
import { sqlRunner } from '../store/sql-runner.ts';
import { type Batch, readBatch } from './batch.ts';
import { itemJobId } from './batch-ids.ts';
import { batchJobsChannel, type ItemsJob } from './job.ts';
import { batchLimits } from './limits.ts';

type QueueContext = Pick<EngineContext, 'store' | 'jobs'>;

interface CheckedDraft {
  id: string;
  accountId: number;
  operation: string;
  total: number;
  columns: string[];
  maxCredits: number | null;
  webhookUrl: string | null;
  idempotencyKey: string | null;
  inputHash: string;
  now: Date;
}

/** Turns a draft into a batch and gives its jobs to the queue, in one transaction; answers the earlier batch where the order was given before. */
export async function queueDraft(context: QueueContext, draft: CheckedDraft): Promise<Batch> {
  await context.jobs.ready();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await queue(context, draft);
      return (await readBatch(context.store, draft))!;
    } catch (error) {
      if ((error as { code?: string }).code !== '23505' || draft.idempotencyKey === null) throw error;
      const earlier = await earlierBatch(context, draft);
      if (!earlier) continue;
      await context.store.query(dropDraftStatement, [draft.id]);
      return earlier;
    }
  }
  throw new LeadGenError('overloaded', 'The order under this Idempotency-Key changes all the time.');
}

async function queue({ store, jobs }: QueueContext, draft: CheckedDraft): Promise<void> {
  const { id, accountId, total } = draft;
  const itemsPerJob = Math.min(batchLimits.itemsPerJobMax, Math.ceil(total / batchLimits.jobsPerBatchGoal));
  await store.db.transaction().execute(async (transaction) => {
    const runner = sqlRunner(transaction);
    const { rows } = await runner.run(queuePlaceText, [accountId]);
    const { place, open, batches } = rows[0] as { place: number; open: number; batches: number };
    if (open + total > batchLimits.openInputsMax || batches >= batchLimits.openBatchesMax) {
      throw new LeadGenError(
        'overloaded',
        `At most ${batchLimits.openInputsMax} inputs and ${batchLimits.openBatchesMax} batches of an account wait at once.`,
      );
    }
    await runner.run(queueStatement, [
      id,
      draft.operation,
      total,
      draft.columns,
      draft.maxCredits,
      draft.webhookUrl,
      draft.idempotencyKey,
      draft.inputHash,
      itemsPerJob,
      place,
    ]);
    const firsts = Array.from({ length: Math.ceil(total / itemsPerJob) }, (_, number) => number * itemsPerJob);
    for (let start = 0; start < firsts.length; start += batchLimits.jobsPerStatement) {
      const part = firsts.slice(start, start + batchLimits.jobsPerStatement).map((from) => {
        const data: ItemsJob = { batchId: id, from, to: Math.min(from + itemsPerJob, total) - 1, round: 0 };
        return {
          id: itemJobId(id, { index: from, round: 0, itemsPerJob }),
          data,
          priority: -(place + from),
          group: String(accountId),
        };
      });
      await jobs.add('batch-items', part, { within: runner });
    }
    await runner.run(`select pg_notify(current_schema() || '_${batchJobsChannel}', '')`);
  });
}

/** The batch that was sent under this key before; null where it is too old to count. Throws `invalid_param` where it was another order. */
async function earlierBatch({ store }: QueueContext, draft: CheckedDraft): Promise<Batch | null> {
  const { accountId, idempotencyKey, now } = draft;
  const oldest = new Date(now.getTime() - batchLimits.idempotencyHoursMax * 3_600_000);
  await store.query(forgetKeyStatement, [accountId, idempotencyKey, oldest]);
  const [row] = await store.query<{ id: string; hash: string }>(keyStatement, [accountId, idempotencyKey]);
  if (!row) return null;
  if (row.hash !== draft.inputHash)
    throw new LeadGenError('invalid_param', 'Header: Idempotency-Key: it was used for another input.');
  return readBatch(store, { accountId, id: row.id });
}

/**
 * Fair queueing: an item's place is where its account has got to, or where the queue as a whole is, whichever is further. So whoever
 * sends ten inputs stands beside the first of another's ten thousand that wait, not behind the last.
 */
export const queuePlaceText = `
select
  least(2000000000, greatest(
    coalesce(min(first_place + done + failed + dropped), 0),
    coalesce(max(first_place + total) filter (where account_id = $1::bigint), 0)
  )) as place,
  coalesce(sum(total - done - failed - dropped) filter (where account_id = $1::bigint), 0)::bigint as open,
  count(*) filter (where account_id = $1::bigint) as batches
from batches where finished_at is null and status in ('queued', 'running')`;

const queueStatement = `
update batches set status = 'queued', operation = $2::text, total = $3::integer, columns = $4::text[],
  max_credits = $5::bigint, webhook_url = $6::text, idempotency_key = $7::text, input_hash = $8::text,
  items_per_job = $9::integer, first_place = $10::bigint
where id = $1::uuid and status = 'draft'`;

const dropDraftStatement = {
  name: 'batch-drop-draft',
  text: `delete from batches where id = $1::uuid and status = 'draft'`,
};
const forgetKeyStatement = {
  name: 'batch-forget-key',
  text: `update batches set idempotency_key = null where account_id = $1::bigint and idempotency_key = $2::text and created_at < $3::timestamptz`,
};
const keyStatement = {
  name: 'batch-by-key',
  text: `select id, input_hash as hash from batches where account_id = $1::bigint and idempotency_key = $2::text`,
};
