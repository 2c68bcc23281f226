import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { callGateway } from '../../gateway/call-gateway';
import { readBatchFaults } from '../../gateway/gateway-fault';
import { failedItem, nodeError } from '../../gateway/node-error';
import { callIdentity } from '../call-identity';
import { type NodeOptions, readOptions } from '../read-options';
import { type BatchOrder, readBatchOrder } from './batch-inputs';
import { followBatch } from './follow-batch';
import { readBatchOptions } from './read-batch-options';

/** All input items as one batch; one item comes out, paired with all of them. */
export async function submitBatch(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const pairedItem = context.getInputData().map((_item, item) => ({ item }));
  const fail = (fault: Parameters<typeof failedItem>[1]) => [
    { ...failedItem(context.getNode(), fault, 0), pairedItem },
  ];
  let order: BatchOrder;
  let options: NodeOptions;
  try {
    order = readBatchOrder(context);
    options = readOptions(context, 0);
  } catch (error) {
    if (!context.continueOnFail() || !(error instanceof NodeOperationError)) {
      throw new NodeOperationError(context.getNode(), error as Error);
    }
    return fail({ message: error.message, code: 'invalid_param', httpCode: 400, isRetryable: false });
  }
  const { maxCredits, retries, timeoutMilliseconds } = options;
  const { webhookUrl, idempotencyKey, waitSeconds } = readBatchOptions(context, 0);
  const body: IDataObject = {
    operation: order.operation,
    inputs: order.inputs,
    ...(maxCredits === null ? {} : { maxCredits }),
    ...(webhookUrl === '' ? {} : { webhookUrl }),
  };
  const { answer, faults } = await callGateway(
    context,
    {
      method: 'POST',
      path: '/batches',
      body,
      idempotencyKey: idempotencyKey === '' ? callIdentity(context)(0, body) : idempotencyKey,
      retries,
      timeoutMilliseconds,
    },
    readBatchFaults,
  );
  if (answer === null || faults.length > 0) {
    if (!context.continueOnFail()) throw nodeError(context.getNode(), faults[0]!);
    return fail(faults[0]!);
  }
  const { id } = answer.body as { id: string };
  const { batch } = await followBatch(context, id, { retries, timeoutMilliseconds, waitSeconds });
  // It is sent, whether or not it can be looked at.
  const known = { id, operation: order.operation, total: order.inputs.length };
  return [{ json: { ...(batch ?? known) }, pairedItem }];
}
