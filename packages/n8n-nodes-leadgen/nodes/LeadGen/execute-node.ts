import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { failedItem, nodeError } from '../gateway/node-error';
import { getBatches } from './batch/get-batch';
import { getBatchResults } from './batch/get-results';
import { submitBatch } from './batch/submit-batch';
import { callIdentity } from './call-identity';
import type { GatewayOperation } from './gateway-operation';
import { gatewayOperations } from './generated/operations';
import { readArguments } from './read-arguments';
import { readOptions } from './read-options';
import { getAccount, quoteInputs } from './run-account';
import { createRunBudget, overBudget, quoteCalls } from './run-budget';
import { type OperationCall, runOperation } from './run-operation';
import { runWebsiteCrawls } from './run-website-crawls';

const batchOperations: Record<string, (context: IExecuteFunctions) => Promise<INodeExecutionData[]>> = {
  get: getBatches,
  getResults: getBatchResults,
  submit: submitBatch,
};

/** Every input item through the chosen operation; outputs stand in the order of their inputs. */
export async function executeNode(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const resource = context.getNodeParameter('resource', 0) as string;
  const name = context.getNodeParameter('operation', 0) as string;
  if (resource === 'account') return [name === 'quote' ? await quoteInputs(context) : await getAccount(context)];
  const runBatches = resource === 'batch' ? batchOperations[name] : undefined;
  if (runBatches) return [await runBatches(context)];
  const operation = gatewayOperations.find((each) => each.resource === resource && each.operation === name);
  if (!operation) throw new NodeOperationError(context.getNode(), `There is no operation ${resource}: ${name}.`);

  const results = new Map<number, INodeExecutionData[]>();
  const calls = await openCalls(context, { operation, results });
  const isBatched = operation.name === 'websiteCrawl' && !calls.some(({ options }) => isParticular(options));
  if (isBatched) {
    for (const [itemIndex, items] of await runWebsiteCrawls(context, calls)) results.set(itemIndex, items);
  } else {
    for (const call of calls) results.set(call.itemIndex, await runOperation(context, call));
  }
  return [context.getInputData().flatMap((_item, itemIndex) => results.get(itemIndex) ?? [])];
}

/** A call with an age of its own cannot share one `websiteCrawls` with others. */
const isParticular = ({ maxAgeSeconds, cacheOnly }: OperationCall['options']) => maxAgeSeconds !== null || cacheOnly;

/** The calls that the inputs ask for, after one quote for all of them where there is a ceiling; bad inputs are in `results`. */
async function openCalls(
  context: IExecuteFunctions,
  { operation, results }: { operation: GatewayOperation; results: Map<number, INodeExecutionData[]> },
): Promise<OperationCall[]> {
  const { maxCredits, retries, timeoutMilliseconds } = readOptions(context, 0);
  const budget = createRunBudget(maxCredits);
  const identityOf = callIdentity(context);
  const calls: OperationCall[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex += 1) {
    try {
      const values = readArguments(context, operation, itemIndex);
      calls.push({ operation, itemIndex, values, options: readOptions(context, itemIndex), budget, identityOf });
    } catch (error) {
      if (!context.continueOnFail() || !(error instanceof NodeOperationError)) {
        throw new NodeOperationError(context.getNode(), error as Error, { itemIndex });
      }
      const fault = { message: error.message, code: 'invalid_param', httpCode: 400, isRetryable: false };
      results.set(itemIndex, [failedItem(context.getNode(), fault, itemIndex)]);
    }
  }
  if (maxCredits === null || calls.length === 0) return calls;
  const { quote, fault } = await quoteCalls(
    context,
    calls.map(({ values }) => ({
      [operation.name]: { ...values, ...(operation.name === 'placesSearch' ? { maxCredits } : {}) },
    })),
    { retries, timeoutMilliseconds },
  );
  // A question that cannot be priced is refused by its own call, with its own words.
  const refusal = quote ? overBudget(quote, maxCredits) : fault.isRetryable ? fault : null;
  if (!refusal) return calls;
  if (!context.continueOnFail()) throw nodeError(context.getNode(), refusal);
  for (const { itemIndex } of calls) results.set(itemIndex, [failedItem(context.getNode(), refusal, itemIndex)]);
  return [];
}
