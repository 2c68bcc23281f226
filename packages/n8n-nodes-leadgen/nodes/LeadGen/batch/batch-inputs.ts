import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { gatewayLimits } from '../../gateway/limits';
import { gatewayOperations } from '../generated/operations';
import { plainValue } from '../read-arguments';

export interface BatchOrder {
  /** The GraphQL name of the operation. */
  operation: string;
  /** One for each input item, in their order. */
  inputs: IDataObject[];
}

/** What the batch is to do: every input item becomes one input of the chosen operation. */
export function readBatchOrder(context: IExecuteFunctions): BatchOrder {
  const name = context.getNodeParameter('batchOperation', 0) as string;
  const main = gatewayOperations.find((each) => each.name === name)?.parameters[0];
  if (!main) throw new NodeOperationError(context.getNode(), `There is no operation ${name}.`);
  const items = context.getInputData();
  if (items.length > gatewayLimits.batchInputsMax) {
    throw new NodeOperationError(
      context.getNode(),
      `${items.length} items are more than one batch takes (${gatewayLimits.batchInputsMax}).`,
      { description: 'Use a Loop Over Items node to make several batches.' },
    );
  }
  const isWhole = context.getNodeParameter('inputsFrom', 0) === 'item';
  let characters = 0;
  const inputs = items.map((item, itemIndex): IDataObject => {
    const further = furtherArguments(context, itemIndex);
    const input = { ...further, ...(isWhole ? item.json : { [main.name]: inputValue(context, main.name, itemIndex) }) };
    characters += JSON.stringify(input).length;
    if (characters > gatewayLimits.batchInputCharactersMax) {
      throw new NodeOperationError(
        context.getNode(),
        `The inputs are more than ${gatewayLimits.batchInputCharactersMax / 1_000_000} MB.`,
        { description: 'Keep only the fields that are needed, or make several batches.', itemIndex },
      );
    }
    return input;
  });
  return { operation: name, inputs };
}

/** An empty value stays: the gateway gives it a free error row, and every item keeps its place. */
function inputValue(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const given = context.getNodeParameter('batchInput', itemIndex, '');
  const value = plainValue(given, name);
  if (value !== undefined) return value;
  throw new NodeOperationError(context.getNode(), `A single value is expected for ${name}.`, {
    description: `It is ${JSON.stringify(given)?.slice(0, 200)}. Use a Split Out node to make one item of each value.`,
    itemIndex,
  });
}

/** `{ "engine": "bing" }`, as text or as an object from an expression. */
function furtherArguments(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const { arguments: given } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  if (given === undefined || given === null || given === '') return {};
  let value: unknown = given;
  try {
    if (typeof given === 'string') value = JSON.parse(given);
  } catch {
    // Said below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as IDataObject;
  throw new NodeOperationError(context.getNode(), 'A JSON object is expected for Further Arguments.', { itemIndex });
}
