import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isFinished } from '../../gateway/batch-document';
import type { GatewayFault } from '../../gateway/gateway-fault';
import { gatewayLimits } from '../../gateway/limits';
import { failedItem, nodeError } from '../../gateway/node-error';
import { type NodeOptions, readOptions } from '../read-options';
import { followBatch } from './follow-batch';
import { missingId } from './missing-id';
import { type BatchOptions, readBatchId, readBatchOptions } from './read-batch-options';
import { readRows } from './read-rows';
import { rowItems } from './row-items';

/** The results of the batches that the input items name, in the order of the batch's inputs. */
export async function getBatchResults(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const items: INodeExecutionData[] = [];
  let characters = 0;
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex += 1) {
    const options = { ...readOptions(context, itemIndex), ...readBatchOptions(context, itemIndex) };
    const results = await readResults(context, { options, itemIndex, charactersUsed: characters });
    characters += results.characters;
    if (results.fault === null) {
      for (const item of results.items) items.push(item);
      continue;
    }
    if (!context.continueOnFail()) throw nodeError(context.getNode(), results.fault, itemIndex);
    items.push(failedItem(context.getNode(), results.fault, itemIndex));
  }
  return items;
}

interface ResultsQuestion {
  options: NodeOptions & BatchOptions;
  itemIndex: number;
  charactersUsed: number;
}

async function readResults(
  context: IExecuteFunctions,
  { options, itemIndex, charactersUsed }: ResultsQuestion,
): Promise<{ items: INodeExecutionData[]; characters: number; fault: GatewayFault | null }> {
  const items: INodeExecutionData[] = [];
  let characters = 0;
  const id = readBatchId(context, itemIndex);
  const { batch, fault } = id === '' ? missingId : await followBatch(context, id, options);
  if (batch === null) return { items, characters, fault };
  if (!isFinished(batch)) {
    const { status, done, failed, total } = batch;
    context.addExecutionHints({
      message: `Item ${itemIndex}: the batch is ${status}, ${done + failed} of ${total} inputs have results so far.`,
      location: 'outputPane',
    });
  }
  const node = context.getNode();
  const broken = await readRows(
    context,
    {
      id,
      startAt: options.startAt,
      rowsMax: readRowsMax(context, itemIndex),
      charactersMax: options.resultCharactersMax,
      charactersUsed,
      retries: options.retries,
      timeoutMilliseconds: options.timeoutMilliseconds,
    },
    (row, size) => {
      characters += size;
      if (row.error && !options.keepsErrors) return;
      for (const item of rowItems(node, row, { operation: batch.operation, options, itemIndex })) items.push(item);
    },
  );
  return { items, characters, fault: broken };
}

function readRowsMax(context: IExecuteFunctions, itemIndex: number): number {
  if (context.getNodeParameter('returnAll', itemIndex, false) === true) return Number.POSITIVE_INFINITY;
  const given = Number(context.getNodeParameter('limit', itemIndex, gatewayLimits.itemsDefault));
  return Number.isFinite(given) && given >= 1 ? Math.floor(given) : gatewayLimits.itemsDefault;
}
