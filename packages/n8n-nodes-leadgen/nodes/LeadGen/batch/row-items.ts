import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { retryableStatuses } from '../../gateway/gateway-fault';
import { failedItem } from '../../gateway/node-error';
import { errorStatus, gatewayOperations } from '../generated/operations';
import { pickFields } from '../pick-fields';
import type { NodeOptions } from '../read-options';
import type { BatchRow } from './read-rows';

/**
 * Items of one row: what the operation itself gives, beside the `input`, its `index` and what it cost. Over all items `creditsUsed`
 * adds up to what the batch cost; the price of a row stands on its first item.
 */
export function rowItems(
  node: INode,
  row: BatchRow,
  {
    operation,
    options,
    itemIndex,
  }: { operation: string; options: Pick<NodeOptions, 'output' | 'fields'>; itemIndex: number },
): INodeExecutionData[] {
  const { index, input, error, creditsUsed } = row;
  const place = { index, input: input as IDataObject };
  if (error) {
    const httpCode = errorStatus[error.code] ?? 500;
    const fault = { ...error, httpCode, isRetryable: retryableStatuses.includes(httpCode) };
    return [failedItem(node, fault, itemIndex, place)];
  }
  const pairedItem = { item: itemIndex };
  if (options.output === 'raw') return [{ json: { ...row } as unknown as IDataObject, pairedItem }];
  const { rows = null, enumFields = [] } = gatewayOperations.find(({ name }) => name === operation) ?? {};
  const answer = graphNames(row.data ?? {}, enumFields) as IDataObject;
  const things = rows === null ? [answer] : ((answer[rows] ?? []) as IDataObject[]);
  return things.map(
    (thing, number): INodeExecutionData => ({
      json: {
        ...(options.output === 'selected' ? pickFields(thing, options.fields) : thing),
        ...place,
        creditsUsed: number === 0 ? creditsUsed : 0,
      },
      pairedItem,
    }),
  );
}

/** REST names and values as GraphQL has them, so that an item of a batch is the item of the operation. */
function graphNames(value: unknown, enumFields: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => graphNames(each, enumFields));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const name = key.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
      const isEnum = typeof each === 'string' && enumFields.includes(name);
      return [name, isEnum ? each.toUpperCase() : graphNames(each, enumFields)];
    }),
  );
}
