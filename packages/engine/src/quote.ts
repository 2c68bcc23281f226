import type { Account } from './accounts/account.ts';
import { resolveRecipe } from './accounts/recipes.ts';
import type { EngineContext } from './context.ts';
import { LeadGenError } from './errors.ts';
import { answerKey, parseInput } from './execute.ts';
import type { Operation } from './operation.ts';
import type { RawInput } from './parameters.ts';

/** The price of calls before they are made, credits. */
export interface Quote {
  min: number;
  max: number;
  cachedItems: number;
  items: { min: number; max: number; cached: boolean }[];
}

export const quoteInputsMax = 100;

/**
 * What calls would cost: between `min` and `max`; 0 where the whole answer is kept. Nothing is fetched or charged; the cache is asked with one statement.
 * Throws `invalid_param` naming the input's index where one can't be read.
 */
export async function quote(
  context: EngineContext,
  {
    account,
    inputs,
  }: { account: Account; inputs: readonly { operation: Operation; raw: RawInput; maxCredits?: number | null }[] },
): Promise<Quote> {
  if (inputs.length === 0) throw new LeadGenError('missing_param', 'Parameter: inputs.');
  if (inputs.length > quoteInputsMax)
    throw new LeadGenError('invalid_param', `Parameter: inputs: at most ${quoteInputsMax}.`);
  const keys = await Promise.all(
    inputs.map(async ({ operation, raw }, index) => {
      try {
        const input = parseInput(context, operation, raw);
        const resolved = operation.resolve
          ? await operation.resolve(input, {
              nameOf: (name) => name,
              resolveRecipe: (code) => resolveRecipe(context.store, { accountId: account.id, code }),
            })
          : input;
        return answerKey(context, operation, resolved, account.id);
      } catch (error) {
        if (!(error instanceof LeadGenError)) throw error;
        throw new LeadGenError(error.code, `Input ${index}: ${error.detail ?? error.message}`);
      }
    }),
  );
  const kept = await context.answers.readMany(keys.filter((key) => key !== null));
  const items = inputs.map(({ operation, maxCredits = null }, index) => {
    const key = keys[index] ?? null;
    const row = key === null ? undefined : kept.get(key);
    const seconds = operation.freshness?.seconds(context.settings) ?? 0;
    if (row && context.clock.now() - row.fetchedAt < seconds * 1000) return { min: 0, max: 0, cached: true };
    const max =
      operation.holdsItself && maxCredits !== null ? Math.min(operation.priceMax, maxCredits) : operation.priceMax;
    return { min: Math.min(max, operation.priceMin(context.settings)), max, cached: false };
  });
  const sum = (of: (item: { min: number; max: number }) => number) =>
    items.reduce((total, item) => total + of(item), 0);
  return {
    min: sum(({ min }) => min),
    max: sum(({ max }) => max),
    cachedItems: items.filter(({ cached }) => cached).length,
    items,
  };
}
