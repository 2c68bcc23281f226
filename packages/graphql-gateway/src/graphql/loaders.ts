import { type Answer, executeMany, LeadGenError, type Operation, operationNamed, readAvailable } from '@leadgen/engine';
import DataLoader from 'dataloader';
import { callerOf } from './caller.ts';
import type { GraphContext } from './graph-context.ts';

/** Per request: equal edges are fetched once, and a level of them looks into the cache with one statement. */
export interface Loaders {
  /** An operation's answer by its one parameter (`domain`, `placeId`). */
  answer(context: GraphContext, operation: string, value: string): Promise<Answer>;
  /** What the account can spend now; read once for all that ask at the same time. */
  available(context: GraphContext): Promise<number>;
}

export function createLoaders(): Loaders {
  const byOperation = new Map<string, DataLoader<string, Answer>>();

  function loaderOf(context: GraphContext, name: string): DataLoader<string, Answer> {
    const known = byOperation.get(name);
    if (known) return known;
    const operation: Operation = operationNamed(name);
    const [parameter] = Object.keys(operation.parameters);
    const loader = new DataLoader<string, Answer>(
      async (values) => {
        const answers = await executeMany(context.engine, {
          operation,
          account: callerOf(context),
          raws: values.map((value) => ({ [parameter!]: value })),
          signal: context.signal,
          requestId: context.requestId,
          budget: context.money.budget,
          enterUpstream: context.enterUpstream,
        });
        for (const answer of answers) if (!(answer instanceof Error)) context.money.used += answer.credits.used;
        return answers;
      },
      { maxBatchSize: 200 },
    );
    byOperation.set(name, loader);
    return loader;
  }

  let availables: DataLoader<GraphContext, number> | null = null;

  return {
    answer: (context, operation, value) => loaderOf(context, operation).load(value),
    available(context) {
      availables ??= createAvailables();
      return availables.load(context);
    },
  };
}

function createAvailables(): DataLoader<GraphContext, number> {
  return new DataLoader(
    async (contexts) => {
      const { engine, account } = contexts[0]!;
      if (!account) throw new LeadGenError('missing_api_key');
      const state = await readAvailable(engine.store, account.id, account.keyId, new Date(engine.clock.now()));
      return contexts.map(() => state.available);
    },
    // Calls of the same request change it.
    { cache: false },
  );
}
