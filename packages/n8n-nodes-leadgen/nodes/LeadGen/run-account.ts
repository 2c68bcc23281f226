import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { askGateway } from '../gateway/ask-gateway';
import { failedItem, nodeError } from '../gateway/node-error';
import { gatewayOperations } from './generated/operations';
import { plainValue } from './read-arguments';
import { readOptions } from './read-options';
import { quoteCalls } from './run-budget';

const accountQuery =
  '{ account { userId balance held available usage(days: 30) { day operation calls credits } recipes { code query } keys { prefix name cap usedThisMonth operations createdAt } } }';

/** The account that calls, once for all inputs. */
export async function getAccount(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const options = readOptions(context, 0);
  const { data, faults } = await askGateway(context, {
    query: accountQuery,
    variables: {},
    idempotencyKey: null,
    retries: options.retries,
    timeoutMilliseconds: options.timeoutMilliseconds,
  });
  const account = data?.account as IDataObject | undefined;
  return context.getInputData().map((_item, itemIndex): INodeExecutionData => {
    if (account && faults.length === 0) return { json: account, pairedItem: { item: itemIndex } };
    if (!context.continueOnFail()) throw nodeError(context.getNode(), faults[0]!, itemIndex);
    return failedItem(context.getNode(), faults[0]!, itemIndex);
  });
}

/** Prices of all inputs in one question, each told beside its input. */
export async function quoteInputs(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const inputs = context.getInputData().map((_item, itemIndex) => quoteInput(context, itemIndex));
  const { quote, fault } = await quoteCalls(context, inputs, readOptions(context, 0));
  return inputs.map((input, itemIndex): INodeExecutionData => {
    if (quote) {
      return { json: { ...input, ...quote.items[itemIndex] }, pairedItem: { item: itemIndex } };
    }
    if (!context.continueOnFail()) throw nodeError(context.getNode(), fault, itemIndex);
    return failedItem(context.getNode(), fault, itemIndex);
  });
}

/** `{ leadSearch: { query: "…" } }`, from the text that the operation is mainly about, or from an object of arguments. */
function quoteInput(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const name = context.getNodeParameter('quoteOperation', itemIndex) as string;
  const operation = gatewayOperations.find((each) => each.name === name);
  const main = operation?.parameters[0];
  if (!main) throw new NodeOperationError(context.getNode(), `There is no operation ${name}.`, { itemIndex });
  const given = context.getNodeParameter('quoteInput', itemIndex, '');
  const text = plainValue(given, main.name);
  if (text === undefined) {
    throw new NodeOperationError(context.getNode(), `A ${main.name} is expected as input.`, { itemIndex });
  }
  return { [name]: { [main.name]: text } };
}
