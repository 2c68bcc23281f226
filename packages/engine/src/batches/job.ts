/** Told to the workers when there is something to do. */
export const batchJobsChannel = 'batch_jobs';

/** What a job of the queue `batch-items` says: run these items of this round, both ends included. */
export interface ItemsJob {
  batchId: string;
  from: number;
  to: number;
  round: number;
}

export interface WebhookJob {
  batchId: string;
  round: number;
  /** From 0. */
  attempt: number;
}
