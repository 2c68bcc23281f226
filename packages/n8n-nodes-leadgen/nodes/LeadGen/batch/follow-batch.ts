import type { IExecuteFunctions } from 'n8n-workflow';
import { type BatchDocument, isFinished } from '../../gateway/batch-document';
import { callGateway, cancelSignal, waitFor } from '../../gateway/call-gateway';
import { type GatewayFault, readBatchFaults } from '../../gateway/gateway-fault';
import { gatewayLimits } from '../../gateway/limits';
import type { NodeOptions } from '../read-options';

export type BatchLook = { batch: BatchDocument; fault: null } | { batch: null; fault: GatewayFault };

type LookOptions = Pick<NodeOptions, 'retries' | 'timeoutMilliseconds'> & { waitSeconds: number };

/** The path of a batch; what is no id of one is asked for as it is, and refused by the gateway. */
export const batchPath = (id: string): string => `/batches/${encodeURIComponent(id)}`;

/** A batch as it stands, or as soon as it is finished, at most `waitSeconds` later. */
export async function followBatch(context: IExecuteFunctions, id: string, options: LookOptions): Promise<BatchLook> {
  const signal = cancelSignal(context);
  const deadline = Date.now() + options.waitSeconds * 1000;
  for (let pause: number = gatewayLimits.batchLookMillisecondsMin; ; pause *= 2) {
    const look = await lookAtBatch(context, id, options);
    const left = deadline - Date.now();
    if (look.batch === null || isFinished(look.batch) || left <= 0 || signal?.aborted) return look;
    await waitFor(Math.min(pause, left, gatewayLimits.batchLookMillisecondsMax), signal);
  }
}

async function lookAtBatch(
  context: IExecuteFunctions,
  id: string,
  { retries, timeoutMilliseconds }: LookOptions,
): Promise<BatchLook> {
  const call = { method: 'GET' as const, path: batchPath(id), idempotencyKey: null, retries, timeoutMilliseconds };
  const { answer, faults } = await callGateway(context, call, readBatchFaults);
  return faults[0] ? { batch: null, fault: faults[0] } : { batch: answer?.body as BatchDocument, fault: null };
}
