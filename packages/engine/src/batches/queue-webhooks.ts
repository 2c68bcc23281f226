import type { EngineContext } from '../context.ts';
import { webhookJobId } from './batch-ids.ts';
import type { WebhookJob } from './job.ts';

/** Gives the webhooks that are due to the queue. A note in the batch, not the worker that ended it, says that one is due: it may die meanwhile. */
export async function queueWebhooks({ store, jobs }: Pick<EngineContext, 'store' | 'jobs'>): Promise<void> {
  const due = await store.query<{ id: string; round: number }>(dueStatement, []);
  if (due.length === 0) return;
  await jobs.add(
    'batch-webhooks',
    due.map(({ id, round }) => {
      const data: WebhookJob = { batchId: id, round, attempt: 0 };
      return { id: webhookJobId(id, data), data };
    }),
  );
  await store.query(queuedStatement, [due.map(({ id }) => id), due.map(({ round }) => round)]);
}

const dueStatement = { name: 'batch-webhooks-due', text: `select id, round from batches where webhook_due limit 100` };
const queuedStatement = {
  name: 'batch-webhooks-queued',
  text: `
update batches b set webhook_due = false
from unnest($1::uuid[], $2::integer[]) as queued (id, round)
where b.id = queued.id and b.round = queued.round`,
};
