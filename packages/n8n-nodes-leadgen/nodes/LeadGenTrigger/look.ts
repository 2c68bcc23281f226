import { randomUUID } from 'crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { askGateway } from '../gateway/ask-gateway';
import { gatewayLimits } from '../gateway/limits';
import { nodeError } from '../gateway/node-error';
import { gatewayOperations } from '../LeadGen/generated/operations';

/** One paid look at what is watched; throws the gateway's fault. */
export async function lookAt(context: IPollFunctions, name: string, variables: IDataObject): Promise<IDataObject> {
  const operation = gatewayOperations.find((each) => each.name === name);
  if (!operation) throw new NodeOperationError(context.getNode(), `There is no operation ${name}.`);
  const data = await ask(context, operation.query, { variables, idempotencyKey: randomUUID() });
  return data.answer as IDataObject;
}

/** What can be spent; free. */
export async function lookAtBalance(context: IPollFunctions): Promise<IDataObject> {
  const data = await ask(context, '{ account { userId balance held available } }', {
    variables: {},
    idempotencyKey: null,
  });
  return data.account as IDataObject;
}

/** The account's newest batches of the last 30 days, newest first; free. */
export async function lookAtBatches(context: IPollFunctions): Promise<IDataObject[]> {
  const batches: IDataObject[] = [];
  let after: string | null = null;
  for (let page = 0; page < gatewayLimits.batchPagesMax; page += 1) {
    const data = await ask(context, batchesQuery, {
      variables: { first: gatewayLimits.batchesPerPage, after },
      idempotencyKey: null,
    });
    const { nodes, pageInfo } = data.batches as unknown as BatchPage;
    batches.push(...nodes);
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage) break;
  }
  return batches;
}

interface BatchPage {
  nodes: IDataObject[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const batchesQuery =
  'query ($first: Int, $after: String) { batches(first: $first, after: $after) { nodes { id operation status total done failed creditsUsed createdAt finishedAt } pageInfo { hasNextPage endCursor } } }';

async function ask(
  context: IPollFunctions,
  query: string,
  { variables, idempotencyKey }: { variables: IDataObject; idempotencyKey: string | null },
): Promise<IDataObject> {
  const { data, faults } = await askGateway(context, {
    query,
    variables,
    idempotencyKey,
    retries: gatewayLimits.retriesDefault,
    timeoutMilliseconds: gatewayLimits.timeoutMillisecondsDefault,
  });
  if (faults[0]) throw nodeError(context.getNode(), faults[0]);
  return data ?? {};
}
