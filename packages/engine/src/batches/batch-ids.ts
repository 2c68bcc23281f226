import { v5 } from 'uuid';

/** The hold of an item is derived from batch, item and round, so that no retry of a worker can pay twice. */
export function itemHoldId(batchId: string, { index, round }: { index: number; round: number }): string {
  return v5(`hold ${index} ${round}`, batchId);
}

/** The job that runs an item: of the first round many items share one, later each has its own. */
export function itemJobId(
  batchId: string,
  { index, round, itemsPerJob }: { index: number; round: number; itemsPerJob: number },
): string {
  const first = round === 0 ? index - (index % itemsPerJob) : index;
  return v5(`job ${first} ${round}`, batchId);
}

export function webhookJobId(batchId: string, { round, attempt }: { round: number; attempt: number }): string {
  return v5(`webhook ${round} ${attempt}`, batchId);
}

/** Names the message; it is the same at each attempt to deliver it. */
export function webhookMessageId(batchId: string, round: number): string {
  return `msg_${v5(`message ${round}`, batchId).replaceAll('-', '')}`;
}
