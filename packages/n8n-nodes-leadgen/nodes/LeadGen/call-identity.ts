import { createHash, randomUUID } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/**
 * Makes Idempotency-Keys that are equal for every try of the same call within one execution, "Retry on Fail" and a
 * retried execution among them, so that it is paid once; the random part is kept in the execution's own data.
 */
export function callIdentity(context: IExecuteFunctions): (itemIndex: number, variables: IDataObject) => string {
  const kept = context.getContext('node');
  if (typeof kept.leadGenRun !== 'string') kept.leadGenRun = randomUUID();
  const run = `${kept.leadGenRun} ${String(context.getWorkflowDataProxy(0).$runIndex ?? 0)}`;
  return (itemIndex, variables) =>
    createHash('sha256')
      .update(`${run} ${itemIndex} ${JSON.stringify(variables)}`)
      .digest('hex');
}

/**
 * Further tries get new keys. For many sites in one call: what was paid lies in the gateway's cache, while the same key
 * would bring the same failures again.
 */
export function renewIdentity(context: IExecuteFunctions): void {
  context.getContext('node').leadGenRun = randomUUID();
}
