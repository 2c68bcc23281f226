import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { askGateway } from '../gateway/ask-gateway';
import type { GatewayFault } from '../gateway/gateway-fault';
import { gatewayLimits } from '../gateway/limits';
import { failedItem, nodeError } from '../gateway/node-error';
import { answerItems } from './answer-items';
import type { callIdentity } from './call-identity';
import { hintAtCoverage } from './coverage-hint';
import type { GatewayOperation } from './gateway-operation';
import type { NodeOptions } from './read-options';
import type { RunBudget } from './run-budget';

export interface OperationCall {
  operation: GatewayOperation;
  itemIndex: number;
  values: IDataObject;
  options: NodeOptions;
  budget: RunBudget;
  identityOf: ReturnType<typeof callIdentity>;
}

/** One input through one operation: page after page, until the limit, the page cap or the last page. */
export async function runOperation(context: IExecuteFunctions, call: OperationCall): Promise<INodeExecutionData[]> {
  const { operation, options, itemIndex } = call;
  const { itemsMax, pagesMax } = readLimits(context, call);
  const seen = new Set<string>();
  const items: INodeExecutionData[] = [];
  let values: IDataObject | null = call.values;
  for (let page = 0; values !== null; page += 1) {
    const { answer, fault } = await askForPage(context, call, values);
    if (answer === null) {
      if (page > 0 && fault.code === 'max_credits_exceeded') {
        context.addExecutionHints({
          message: `Item ${itemIndex}: stopped after page ${page}; Max Credits is reached.`,
        });
        return items;
      }
      if (!context.continueOnFail()) throw nodeError(context.getNode(), fault, itemIndex);
      return [...items, failedItem(context.getNode(), fault, itemIndex)];
    }
    call.budget.spend((answer.credits as unknown as { used: number }).used);
    hintAtCoverage(context, answer, itemIndex);
    const before = seen.size;
    const fresh = answerItems(operation, withNewRows(operation, answer, { seen, rowsMax: itemsMax - seen.size }), {
      options,
      itemIndex,
    });
    items.push(...fresh);
    const isLast = seen.size === before || seen.size >= itemsMax || page + 1 >= pagesMax;
    values = isLast ? null : nextPage(operation, values, answer);
  }
  return items;
}

async function askForPage(
  context: IExecuteFunctions,
  { operation, itemIndex, options, budget, identityOf }: OperationCall,
  values: IDataObject,
): Promise<{ answer: IDataObject; fault: null } | { answer: null; fault: GatewayFault }> {
  const left = budget.left();
  const variables: IDataObject = {
    ...values,
    ...(operation.hasFreshness && (options.cacheOnly || options.maxAgeSeconds !== null)
      ? {
          freshness: {
            ...(options.maxAgeSeconds === null ? {} : { maxAgeSeconds: options.maxAgeSeconds }),
            ...(options.cacheOnly ? { cacheOnly: true } : {}),
          },
        }
      : {}),
    ...(left === null ? {} : { maxCredits: left }),
  };
  const { data, faults } = await askGateway(context, {
    query: operation.query,
    variables,
    idempotencyKey: identityOf(itemIndex, variables),
    retries: options.retries,
    timeoutMilliseconds: options.timeoutMilliseconds,
  });
  const answer = data?.answer as IDataObject | null | undefined;
  return answer ? { answer, fault: null } : { answer: null, fault: faults[0]! };
}

/**
 * How many items one input may give, and how many pages may be asked for. Every page is charged, so that a node whose
 * limit nobody touched asks for one; another limit, Return All or Max Pages lets it go on.
 */
function readLimits(
  context: IExecuteFunctions,
  { operation, itemIndex, options }: OperationCall,
): { itemsMax: number; pagesMax: number } {
  const pagesMax = options.maxPages ?? gatewayLimits.pagesDefault;
  if (operation.rows === null || operation.paging === null) return { itemsMax: Number.POSITIVE_INFINITY, pagesMax: 1 };
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) {
    return { itemsMax: Number.POSITIVE_INFINITY, pagesMax };
  }
  const given = Number(context.getNodeParameter('limit', itemIndex, gatewayLimits.itemsDefault));
  const limit = Number.isFinite(given) && given >= 1 ? Math.floor(given) : gatewayLimits.itemsDefault;
  // n8n does not tell a default that stands from one that was entered.
  const isUntouched = limit === gatewayLimits.itemsDefault && options.maxPages === null;
  return { itemsMax: limit, pagesMax: isUntouched ? 1 : pagesMax };
}

/** The answer without rows of earlier pages and beyond the limit. Rows that are left out still count as paid. */
function withNewRows(
  { rows, rowKey }: GatewayOperation,
  answer: IDataObject,
  { seen, rowsMax }: { seen: Set<string>; rowsMax: number },
): IDataObject {
  if (rows === null) return answer;
  const kept: IDataObject[] = [];
  for (const row of (answer[rows] ?? []) as IDataObject[]) {
    const key = JSON.stringify(rowKey.map((name) => row[name]));
    if (seen.has(key) || kept.length >= rowsMax) continue;
    seen.add(key);
    kept.push(row);
  }
  return { ...answer, [rows]: kept };
}

function nextPage({ paging }: GatewayOperation, values: IDataObject, answer: IDataObject): IDataObject | null {
  if (paging === 'page') return { ...values, page: Number(values.page ?? 0) + 1 };
  const token = answer.nextPageToken;
  if (paging === null || typeof token !== 'string' || token === '') return null;
  return { ...values, pageToken: token };
}
