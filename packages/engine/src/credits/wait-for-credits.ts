import type { Clock } from '../ports/clock.ts';
import type { Store } from '../store/store.ts';
import { untilAborted } from '../until-aborted.ts';
import { creditLimits } from './limits.ts';
import { readAvailable } from './read-available.ts';

/** Those who wait in this process, by store: two stores have nothing in common, and nobody else needs to know of a queue. */
const queues = new WeakMap<Store, Map<number, Promise<unknown>[]>>();

/** Whether calls of this account wait for credits here; a newcomer queues behind them instead of trying first. */
export function creditsAwaited(store: Store, accountId: number): boolean {
  return queues.get(store)?.has(accountId) ?? false;
}

/**
 * Waits until other calls of the account give back what they hold, in the order of arrival (C17, C19): `attempt` is asked
 * when it is this caller's turn, and again until it has something. Null when the time is over, or as soon as nothing is
 * held that could come free.
 */
export async function waitForCredits<T>(
  { store, clock }: { store: Store; clock: Clock },
  {
    accountId,
    keyId = null,
    millisecondsMax = creditLimits.creditsWaitMillisecondsMax,
    signal,
  }: { accountId: number; keyId?: number | null; millisecondsMax?: number; signal: AbortSignal },
  attempt: () => Promise<T | null>,
): Promise<T | null> {
  const accounts = queues.get(store) ?? new Map<number, Promise<unknown>[]>();
  queues.set(store, accounts);
  const queue = accounts.get(accountId) ?? [];
  if (queue.length >= creditLimits.creditsWaitersMax) return null;
  const before = queue.at(-1);
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  accounts.set(accountId, queue);
  queue.push(ended);
  const turn = new AbortController();
  const deadline = clock.now() + millisecondsMax;

  try {
    if (before) {
      const tooLate = clock.sleep(millisecondsMax, AbortSignal.any([signal, turn.signal]));
      await untilAborted(Promise.race([before, tooLate]), signal);
      turn.abort();
    }
    while (clock.now() < deadline) {
      const taken = await attempt();
      if (taken !== null) return taken;
      const { held } = await readAvailable(store, accountId, keyId, new Date(clock.now()));
      // Nobody is left to wait for. What was given back since the attempt is there for one more.
      if (held === 0) return await attempt();
      await clock.sleep(creditLimits.creditsPollMilliseconds, signal);
    }
    return null;
  } finally {
    // Whoever comes next waits for all before him: one that gave up early must not let him pass the others.
    const index = queue.indexOf(ended);
    queue.splice(index, 1);
    if (queue.length === 0) accounts.delete(accountId);
    if (index > 0 && before) before.then(() => end());
    else end();
  }
}
