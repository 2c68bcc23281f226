import { cacheKey } from './cache/cache-key.ts';
import type { EngineContext } from './context.ts';
import type { KeptRows } from './work.ts';

/** H2: whose answers a key may find. */
export function scopeOf(context: Pick<EngineContext, 'settings'>, accountId: number): number | null {
  return context.settings.cacheScope === 'user' ? accountId : null;
}

/** The rows that operations keep themselves, over the same cache and flights as whole answers. */
export function createKeptRows(context: EngineContext, call: { accountId: number; signal: AbortSignal }): KeptRows {
  const scope = scopeOf(context, call.accountId);
  const keyOf = (namespace: string, parts: readonly (string | number)[]) => cacheKey({ namespace, parts, scope });
  const isYoung = (fetchedAt: number, seconds: number) => context.clock.now() - fetchedAt < seconds * 1000;

  return {
    async readMany(namespace, parts, seconds) {
      const keys = parts.map((each) => keyOf(namespace, each));
      const found = await context.answers.readMany(keys);
      return keys.map((key) => {
        const row = found.get(key);
        return row && isYoung(row.fetchedAt, seconds) ? row : null;
      });
    },
    async write(namespace, parts, body) {
      await context.answers.write({
        key: keyOf(namespace, parts),
        namespace,
        accountId: scope,
        body,
        fetchedAt: context.clock.now(),
      });
    },
    async lead(namespace, parts, seconds, run) {
      const key = keyOf(namespace, parts);
      return context.flights.lead({
        key,
        signal: call.signal,
        reread: async () => {
          const row = await context.answers.readStored(key);
          return row && isYoung(row.fetchedAt, seconds) ? row.body : null;
        },
        run: async () => {
          const body = await run();
          await context.answers.write({ key, namespace, accountId: scope, body, fetchedAt: context.clock.now() });
          return body;
        },
      });
    },
  };
}
