import type { Account } from './accounts/account.ts';
import { resolveRecipe } from './accounts/recipes.ts';
import type { EngineContext } from './context.ts';
import { createKeptRows } from './kept-rows.ts';
import type { Purse } from './purse.ts';
import type { Work } from './work.ts';

/** The view of the context that one call's operation gets. */
export function createWork(
  context: EngineContext,
  call: {
    account: Account;
    purse: Purse;
    signal: AbortSignal;
    nameOf?: (name: string) => string;
    cacheOnly?: boolean;
    maxAgeSeconds?: number | null;
    maxCredits?: number | null;
  },
): Work {
  return {
    accountId: call.account.id,
    clock: context.clock,
    log: context.log,
    settings: context.settings,
    store: context.store,
    signal: call.signal,
    crawlAllow: context.crawlAllow,
    nameOf: call.nameOf ?? ((name) => name),
    serp: context.serp,
    places: context.places,
    crawl: context.crawl,
    rows: createKeptRows(context, { accountId: call.account.id, signal: call.signal }),
    cacheOnly: call.cacheOnly ?? false,
    maxAgeSeconds: call.maxAgeSeconds ?? null,
    maxCredits: call.maxCredits ?? null,
    available: () => call.purse.available(),
    reserve: (bound) => call.purse.reserve(bound),
    resolveRecipe: recipesOf(context, call.account),
  };
}

/** The recipes as an account sees them. */
export function recipesOf({ store }: Pick<EngineContext, 'store'>, account: Account): Work['resolveRecipe'] {
  return (code) => resolveRecipe(store, { accountId: account.id, code });
}
