import {
  type Account,
  type EngineContext,
  LeadGenError,
  type Operation,
  parseInput,
  quote,
  type RawInput,
} from '@leadgen/engine';
import { mcpLimits } from './limits.ts';

/** A price that a person has to agree to first. */
export interface Ask {
  min: number;
  max: number;
  approveAbove: number;
}

export interface PricedInput {
  operation: Operation;
  raw: RawInput;
}

/**
 * What a call may spend at most: its `max_credits`, and never more than what the key may spend without a person's word, or than a
 * person has agreed to. Where the expected price is above that, what has to be asked.
 */
export async function priceCeiling(
  context: EngineContext,
  {
    account,
    inputs,
    joinsMax = 0,
    maxCredits,
    approved,
  }: {
    account: Account;
    inputs: readonly PricedInput[];
    /** What rows may cost beside the inputs themselves. */
    joinsMax?: number;
    maxCredits: number | null;
    approved: number | null;
  },
): Promise<{ ceiling: number; ask: null } | { ceiling: null; ask: Ask }> {
  const limit = Math.max(account.approveAbove, approved ?? 0);
  const ceiling = maxCredits === null ? limit : Math.min(maxCredits, limit);
  const bounded = (price: number) => (maxCredits === null ? price : Math.min(price, maxCredits));
  const worst = inputs.reduce((sum, { operation }) => sum + operation.priceMax, joinsMax);
  if (bounded(worst) <= limit) return { ceiling, ask: null };
  const quoted = await quoteAll(context, { account, inputs });
  const max = bounded(quoted.max + joinsMax);
  if (max <= limit) return { ceiling, ask: null };
  return { ceiling: null, ask: { min: Math.min(quoted.min, max), max, approveAbove: account.approveAbove } };
}

/** The price of any number of inputs. One that can't be read costs nothing. */
export async function quoteAll(
  context: EngineContext,
  { account, inputs }: { account: Account; inputs: readonly PricedInput[] },
): Promise<{ min: number; max: number }> {
  const readable = inputs.filter(({ operation, raw }) => isReadable(context, operation, raw));
  const total = { min: 0, max: 0 };
  for (let from = 0; from < readable.length; from += mcpLimits.quoteInputsMax) {
    const part = await quote(context, { account, inputs: readable.slice(from, from + mcpLimits.quoteInputsMax) });
    total.min += part.min;
    total.max += part.max;
  }
  return total;
}

function isReadable(context: EngineContext, operation: Operation, raw: RawInput): boolean {
  try {
    parseInput(context, operation, raw);
    return true;
  } catch (error) {
    if (error instanceof LeadGenError) return false;
    throw error;
  }
}
