import { LeadGenError } from '@leadgen/engine';
import { type ExecutionArgs, type GraphQLField, getVariableValues } from 'graphql';
import { addUpBill } from '../client/add-up-bill.ts';
import { clientLimits } from '../client/limits.ts';
import { documentLimits } from './limits.ts';
import type { OperationFacts } from './operation-facts.ts';
import { schema } from './schema.ts';

/**
 * Refuses an operation that could cost more than any request may. `ceiling`: of `X-Max-Credits`; one that is low enough lets everything pass.
 * Throws `invalid_param`.
 */
export function checkBill(
  { operation, fragments, rootFields }: OperationFacts,
  {
    variables,
    ceiling,
    historyMax,
  }: { variables: ExecutionArgs['variableValues']; ceiling: number | null; historyMax: number },
): void {
  const { creditsMax } = documentLimits;
  if ((ceiling ?? Number.POSITIVE_INFINITY) <= creditsMax || rootFields * dearestField(historyMax) <= creditsMax)
    return;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
  // Wrong variables are GraphQL's to report.
  if (!values.variableValues) return;
  const { variableValues } = values;
  const worst = addUpBill({ schema, operation, fragments, variableValues, historyMax, priceOf });
  if (worst <= creditsMax) return;
  throw new LeadGenError(
    'invalid_param',
    `This query could cost ${worst} credits, more than the ${creditsMax} of a request; ask for less, or set a ceiling with the header X-Max-Credits.`,
  );
}

/** No field costs more than an ad search whose ads are all crawled. */
function dearestField(historyMax: number): number {
  return (clientLimits.freshAdsMax + historyMax + 1) * edgePriceMax;
}

/** A crawl; an ad search itself costs no more. */
const edgePriceMax = 15;

function priceOf({ extensions }: GraphQLField<unknown, unknown>): number {
  return typeof extensions.price === 'number' ? extensions.price : 0;
}
