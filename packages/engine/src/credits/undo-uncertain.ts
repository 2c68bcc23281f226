import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { isStoreClosed } from '../store/is-connection-fault.ts';
import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';
import { release } from './release.ts';
import { undo } from './undo.ts';

/** Holds whose calls ended in an error although they may be charged, by store: it alone knows when it is back. */
const uncertain = new WeakMap<Store, Set<string>>();

/** Sees to it, from now on and until the database answers, that a call which failed is not charged. */
export function undoUncertain(deps: { store: Store; clock: Clock; log: Log }, holdId: string): void {
  const there = uncertain.get(deps.store);
  const holds = there ?? new Set<string>();
  if (holds.size >= creditLimits.uncertainHoldsMax) {
    deps.log.error({ holdId }, 'too many uncertain charges to remember this one');
    return;
  }
  holds.add(holdId);
  if (there) return;
  uncertain.set(deps.store, holds);
  void undoAll(deps, holds).finally(() => uncertain.delete(deps.store));
}

/** The holds that wait to be undone. */
export function uncertainHolds(store: Store): number {
  return uncertain.get(store)?.size ?? 0;
}

async function undoAll(
  { store, clock, log }: { store: Store; clock: Clock; log: Log },
  holds: Set<string>,
): Promise<void> {
  for (let pass = 0; holds.size > 0 && pass < creditLimits.undoPassesMax; pass += 1) {
    for (const holdId of holds) {
      try {
        const now = new Date(clock.now());
        // In this order: a settle that is still on its way finds the hold released, or was before and is undone.
        if (!(await release(store, { holdId, now })) && (await undo(store, { holdId, now }))) {
          log.warn({ holdId }, 'a charge without an answer was undone');
        }
        holds.delete(holdId);
      } catch (error) {
        if (isStoreClosed(error)) pass = creditLimits.undoPassesMax;
        break;
      }
    }
    if (holds.size > 0 && pass < creditLimits.undoPassesMax) await clock.sleep(creditLimits.undoPassMilliseconds);
  }
  if (holds.size > 0) log.error({ holds: [...holds] }, 'these holds may be charged without an answer');
}
