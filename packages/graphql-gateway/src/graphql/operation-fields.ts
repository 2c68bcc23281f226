import {
  type Answer,
  type CallOptions,
  executeFor,
  LeadGenError,
  type Operation,
  operations,
  type Parameter,
  parseInput,
} from '@leadgen/engine';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { answerTypes, searchEngineEnum } from './data-types.ts';
import type { GraphContext } from './graph-context.ts';
import { constantCase } from './names.ts';

const freshness = builder.inputType('Freshness', {
  description: 'How old an answer may be. Never beyond the lifetimes of the cache.',
  fields: (t) => ({
    maxAgeSeconds: t.int({ description: 'An older answer counts as a miss; 0 fetches anew and is charged as a miss.' }),
    cacheOnly: t.boolean({ description: 'Never fetch and never charge; a miss is the error `not_cached`.' }),
  }),
});

/** Arguments of adSpy and of the ad history: only two engines show ads that can be read. */
export const adEngine = builder.enumType('AdEngine', {
  description: 'A search engine whose ads are read.',
  values: { GOOGLE: { value: 'google' }, BING: { value: 'bing' } },
});

for (const operation of operations) {
  const answers = answerTypes.get(operation.name)!;
  builder.queryField(operation.name, (t) =>
    t.field({
      type: answers,
      nullable: true,
      description: `${operation.summary} ${operation.pricing}`,
      extensions: { price: operation.priceMax },
      args: {
        ...argumentsOf(operation, t.arg as never),
        ...(operation.freshness || operation.name === 'placesSearch'
          ? { freshness: t.arg({ type: freshness, description: 'How old the answer may be.' }) }
          : {}),
        maxCredits: t.arg.int({
          description:
            'A ceiling on this field; over it nothing is fetched and nothing charged. Answers from the cache always pass.',
        }),
      } as never,
      resolve: (_root, given, context) => runOperation(context, operation, given),
    }),
  );
}

/** One call of an operation from its GraphQL arguments; what it cost is added to the request's sum. */
export async function runOperation(
  context: GraphContext,
  operation: Operation,
  given: Record<string, unknown>,
): Promise<Answer> {
  const { freshness: fresh, maxCredits, ...raw } = given;
  const account = callerOf(context);
  const input = parseInput(context.engine, operation, raw);
  const answer = await executeFor(context.engine, {
    operation,
    account,
    input,
    ...ceilings(context, maxCredits),
    ...readFreshness(fresh),
    signal: context.signal,
    requestId: context.requestId,
    enterUpstream: context.enterUpstream,
  });
  context.money.used += answer.credits.used;
  return answer;
}

export function ceilings(context: GraphContext, maxCredits: unknown): Pick<CallOptions, 'maxCredits' | 'budget'> {
  if (typeof maxCredits === 'number' && maxCredits < 0)
    throw new LeadGenError('invalid_param', 'Parameter: maxCredits: it is negative.');
  return { maxCredits: typeof maxCredits === 'number' ? maxCredits : null, budget: context.money.budget };
}

function readFreshness(value: unknown): Pick<CallOptions, 'maxAgeSeconds' | 'cacheOnly'> {
  const { maxAgeSeconds = null, cacheOnly = false } = (value ?? {}) as {
    maxAgeSeconds?: number | null;
    cacheOnly?: boolean | null;
  };
  if (maxAgeSeconds !== null && maxAgeSeconds < 0)
    throw new LeadGenError('invalid_param', 'Parameter: maxAgeSeconds: it is negative.');
  return { maxAgeSeconds, cacheOnly: cacheOnly === true };
}

/** GraphQL arguments (or input fields) of an operation's parameters. */
export function argumentsOf(operation: Operation, arg: never): Record<string, unknown> {
  const make = arg as (options: {
    type: unknown;
    required: boolean;
    description: string;
    defaultValue?: unknown;
  }) => unknown;
  return Object.fromEntries(
    Object.entries(operation.parameters).map(([name, parameter]) => [
      name,
      make({
        type: typeOf(operation, parameter),
        required: parameter.kind === 'text' && parameter.required === true && !operation.isRequired,
        description: parameter.description,
        ...(parameter.kind === 'text' ? {} : { defaultValue: parameter.default }),
      }),
    ]),
  );
}

function typeOf(operation: Operation, parameter: Parameter): unknown {
  switch (parameter.kind) {
    case 'integer':
      return 'Int';
    case 'flag':
      return 'Boolean';
    case 'choice':
      return parameter.values.length === 2 ? adEngine : searchEngineEnum();
    case 'text':
      return 'String';
  }
  throw new Error(`${constantCase(operation.name)} has a parameter of an unknown kind.`);
}
