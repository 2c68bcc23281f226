import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { isConnectionFault } from '../store/is-connection-fault.ts';
import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';
import type { Settled } from './settle.ts';
import { settleOnce } from './settle-once.ts';
import { settleTogether } from './settle-together.ts';
import { undoUncertain } from './undo-uncertain.ts';

/**
 * Settles, also when the connection breaks in its midst and nobody knows whether the commit stands: the hold is looked up
 * once the database is back. Either this resolves and the call is paid, or it throws `db_error` and the charge, should it
 * turn out to stand, is undone later by an `adjust` entry.
 */
export async function settleSurely<Charge>(
  deps: { store: Store; clock: Clock; log: Log },
  {
    accountId,
    holdId,
    cost,
    charges,
    cutCharges,
    now,
    signal,
  }: {
    accountId: number;
    holdId: string;
    cost: number;
    charges: Charge[];
    /** Fits the charges to a hold that is smaller than the price (C16). */
    cutCharges: (charges: Charge[], used: number) => Charge[];
    now: Date;
    signal: AbortSignal;
  },
): Promise<Settled> {
  const { store, clock, log } = deps;
  const giveUpAt = clock.now() + creditLimits.uncertainLookupMillisecondsMax;
  let wait: number = creditLimits.uncertainPollMillisecondsMin;
  let cause: unknown;
  for (;;) {
    try {
      const settled = await settleOnce(store, {
        holdId,
        cost,
        charges,
        cutCharges,
        now,
        settle: (request) => settleTogether(store, accountId, request),
      });
      if (settled) return settled;
      break;
    } catch (error) {
      cause = error;
      if (!isConnectionFault(error)) break;
      if (signal.aborted || clock.now() >= giveUpAt) break;
      log.warn(
        { holdId, error: String(error) },
        'the connection broke while a call was settled; it is looked up again',
      );
      await clock.sleep(wait, signal).catch(() => {});
      wait = Math.min(wait * 2, creditLimits.uncertainPollMillisecondsMax);
    }
  }
  undoUncertain(deps, holdId);
  throw new LeadGenError('db_error', undefined, { cause });
}
