import { Webhook } from 'standardwebhooks';
import type { EngineContext } from '../context.ts';
import type { TakenJob } from '../ports/job-queue.ts';
import { type Batch, batchColumns } from './batch.ts';
import { batchDocument } from './batch-document.ts';
import { webhookJobId, webhookMessageId } from './batch-ids.ts';
import type { WebhookJob } from './job.ts';
import { batchLimits } from './limits.ts';
import { webhookSecret } from './webhook-secret.ts';

/** Tells the owner of a finished batch. What does not succeed is put into the queue once more, each time after a longer wait. */
export async function sendWebhook(context: EngineContext, job: TakenJob<WebhookJob>): Promise<void> {
  const { store, jobs, clock, log } = context;
  const { batchId, round, attempt } = job.data;
  const [batch] = await store.query<Batch & { accountId: number; webhookUrl: string | null }>(readStatement, [batchId]);
  if (batch?.webhookUrl) {
    const fault = await deliver(context, { batch, url: batch.webhookUrl, accountId: batch.accountId, round });
    if (fault !== null) {
      const wait = batchLimits.webhookRetrySeconds[attempt];
      log.warn({ batch: batchId, attempt, fault, retryAfterSeconds: wait ?? null }, 'a webhook was not delivered');
      if (wait !== undefined) {
        const again: WebhookJob = { batchId, round, attempt: attempt + 1 };
        const id = webhookJobId(batchId, again);
        await jobs.add('batch-webhooks', [{ id, data: again, startAfterSeconds: wait }]);
      }
    }
  }
  await jobs.complete('batch-webhooks', [job]);

  /** Null where it was taken; else why not. */
  async function deliver(
    { postWebhook }: EngineContext,
    call: { batch: Batch; url: string; accountId: number; round: number },
  ): Promise<string | null> {
    const now = new Date(clock.now());
    const body = JSON.stringify({
      type: 'batch.finished',
      timestamp: now.toISOString(),
      data: batchDocument(call.batch),
    });
    const id = webhookMessageId(batchId, call.round);
    const secret = await webhookSecret(store, { accountId: call.accountId, now });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    };
    try {
      const signal = AbortSignal.timeout(batchLimits.webhookAnswerMillisecondsMax);
      const status = await postWebhook({ url: call.url, headers, body, signal });
      return status >= 200 && status < 300 ? null : `status ${status}`;
    } catch (error) {
      // Its text may hold the address, and that a token.
      return error instanceof Error ? error.name : 'unknown';
    }
  }
}

const readStatement = {
  name: 'batch-webhook-read',
  text: `select ${batchColumns}, account_id as "accountId", webhook_url as "webhookUrl" from batches where id = $1::uuid`,
};
