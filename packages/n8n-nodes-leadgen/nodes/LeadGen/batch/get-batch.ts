import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedItem, nodeError } from '../../gateway/node-error';
import { readOptions } from '../read-options';
import { followBatch } from './follow-batch';
import { missingId } from './missing-id';
import { readBatchId, readBatchOptions } from './read-batch-options';

/** The batch that each input item names, as it stands. */
export async function getBatches(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const items: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex += 1) {
    const id = readBatchId(context, itemIndex);
    const options = { ...readOptions(context, itemIndex), ...readBatchOptions(context, itemIndex) };
    const { batch, fault } = id === '' ? missingId : await followBatch(context, id, options);
    if (batch) {
      items.push({ json: { ...batch }, pairedItem: { item: itemIndex } });
      continue;
    }
    if (!context.continueOnFail()) throw nodeError(context.getNode(), fault, itemIndex);
    items.push(failedItem(context.getNode(), fault, itemIndex));
  }
  return items;
}
