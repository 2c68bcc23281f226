import type { Batch } from './batch.ts';

/** A batch in JSON, as REST and webhooks show it. */
export function batchDocument({ id, operation, status, total, done, failed, creditsUsed }: Batch): object {
  return { id, operation, status, total, done, failed, creditsUsed };
}
