import type { IDataObject, INode, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import type { GatewayFault } from './gateway-fault';

/** A fault as n8n shows it: with the gateway's own words, where n8n would say the same sentence for every 402. */
export function nodeError(node: INode, fault: GatewayFault, itemIndex?: number): NodeApiError {
  const { message, description, httpCode, code } = fault;
  const error = new NodeApiError(node, { message, code } as JsonObject, {
    message,
    description,
    httpCode: String(httpCode),
    ...(itemIndex === undefined ? {} : { itemIndex }),
  });
  // n8n puts a sentence of its own in the place of some messages.
  error.message = message;
  return error;
}

/**
 * The item that stands for an input that failed, where the node goes on.
 * n8n cuts an item with an `error` of its own down to its message, and knows one for the error output by having
 * `error`, `message` and `details` alone: so the code stands in `details` there, and beside the message elsewhere.
 */
export function failedItem(
  node: INode,
  { message, code, httpCode, isRetryable }: Pick<GatewayFault, 'message' | 'code' | 'httpCode' | 'isRetryable'>,
  itemIndex: number,
  more: IDataObject = {},
): INodeExecutionData {
  const details = { code, httpCode, retryable: isRetryable, ...more };
  const json: IDataObject =
    node.onError === 'continueErrorOutput' ? { error: message, message, details } : { error: message, ...details };
  return { json, pairedItem: { item: itemIndex } };
}
