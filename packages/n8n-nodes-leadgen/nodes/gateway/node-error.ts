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

/** The item that stands for an input that failed, where the node goes on. `error` sends it to the error output. */
export function failedItem(node: INode, fault: GatewayFault, itemIndex: number): INodeExecutionData {
  const json: IDataObject = {
    error: fault.message,
    code: fault.code,
    httpCode: fault.httpCode,
    retryable: fault.isRetryable,
  };
  return { json, error: nodeError(node, fault, itemIndex), pairedItem: { item: itemIndex } };
}
