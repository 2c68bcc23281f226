import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { GatewayOperation } from './gateway-operation';
import { pickFields } from './pick-fields';
import type { NodeOptions } from './read-options';

interface Credits {
  used: number;
  remaining: number;
  cached: boolean;
  charges: { item: string; credits: number }[];
}

/**
 * Items of one answer, each with what it added to the bill: over all items `creditsUsed` adds up to what the account
 * paid. A place bears its own details' price; a price of the whole answer stands on its first item.
 */
export function answerItems(
  { rows: rowsName }: Pick<GatewayOperation, 'rows'>,
  answer: IDataObject,
  { options, itemIndex }: { options: Pick<NodeOptions, 'output' | 'fields'>; itemIndex: number },
): INodeExecutionData[] {
  const { credits: bill, ...data } = answer;
  const credits = bill as unknown as Credits;
  const item = (json: IDataObject, used: number): INodeExecutionData => ({
    json: {
      ...(options.output === 'selected' ? pickFields(json, options.fields) : json),
      creditsUsed: used,
      creditsRemaining: credits.remaining,
      cached: typeof json.cached === 'boolean' ? json.cached : credits.cached,
    },
    pairedItem: { item: itemIndex },
  });
  if (options.output === 'raw') return [item(answer, credits.used)];
  if (rowsName === null) return [item(data, credits.used)];
  const rows = (answer[rowsName] ?? []) as IDataObject[];
  const own = rows.map((row) => priceOf(row, credits));
  const rest = credits.used - own.reduce((sum, each) => sum + each, 0);
  return rows.map((row, index) => item(row, own[index]! + (index === 0 ? rest : 0)));
}

/** What was charged for this row alone, a place's details. */
function priceOf({ placeId }: IDataObject, { charges }: Credits): number {
  if (typeof placeId !== 'string') return 0;
  return charges.reduce((sum, each) => (each.item === placeId ? sum + each.credits : sum), 0);
}
