import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { askGateway } from '../gateway/ask-gateway';
import type { GatewayFault } from '../gateway/gateway-fault';
import { gatewayLimits } from '../gateway/limits';
import type { NodeOptions } from './read-options';

/** What is left of the ceiling on a run of the node. */
export interface RunBudget {
  /** The ceiling for the next call; null: none. */
  left(): number | null;
  spend(credits: number): void;
}

export function createRunBudget(maxCredits: number | null): RunBudget {
  let spent = 0;
  return {
    left: () => (maxCredits === null ? null : Math.max(0, maxCredits - spent)),
    spend(credits) {
      spent += credits;
    },
  };
}

const quoteQuery =
  'query ($inputs: [QuoteInput!]!) { quote(inputs: $inputs) { min max cachedItems items { min max cached } } }';

export interface Quote {
  min: number;
  max: number;
  cachedItems: number;
  items: { min: number; max: number; cached: boolean }[];
}

/** The price of calls before they are made, a hundred in one question; free. */
export async function quoteCalls(
  context: IExecuteFunctions,
  inputs: IDataObject[],
  options: Pick<NodeOptions, 'retries' | 'timeoutMilliseconds'>,
): Promise<{ quote: Quote; fault: null } | { quote: null; fault: GatewayFault }> {
  const sum: Quote = { min: 0, max: 0, cachedItems: 0, items: [] };
  for (let start = 0; start < inputs.length; start += gatewayLimits.quoteInputsMax) {
    const { data, faults } = await askGateway(context, {
      query: quoteQuery,
      variables: { inputs: inputs.slice(start, start + gatewayLimits.quoteInputsMax) },
      idempotencyKey: null,
      ...options,
    });
    if (faults[0]) return { quote: null, fault: faults[0] };
    const quote = data?.quote as unknown as Quote;
    sum.min += quote.min;
    sum.max += quote.max;
    sum.cachedItems += quote.cachedItems;
    sum.items.push(...quote.items);
  }
  return { quote: sum, fault: null };
}

/** Why a run does not begin: even its lowest price is above the ceiling. */
export function overBudget(quote: Quote, maxCredits: number): GatewayFault | null {
  if (quote.min <= maxCredits) return null;
  return {
    message: `These ${quote.items.length} inputs cost at least ${quote.min} credits, more than Max Credits (${maxCredits}). Nothing was charged.`,
    description: `The quote: ${quote.min} to ${quote.max} credits, ${quote.cachedItems} inputs answered from the cache.`,
    code: 'max_credits_exceeded',
    httpCode: 402,
    retryAfterSeconds: null,
    isRetryable: false,
    path: [],
  };
}
