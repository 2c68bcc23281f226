import { LeadGenError } from './errors.ts';
import { requestLimits } from './limits.ts';

/** E16: at most five upstream-bound calls of one account at once; further ones wait in order of arrival. */
export interface UpstreamQueue {
  /** Resolves to the function that gives the place back. Throws `overloaded` where too many wait already. */
  enter(accountId: number, signal: AbortSignal): Promise<() => void>;
  /** Calls under way and waiting, for the metrics. */
  size(): { running: number; waiting: number };
}

export function createUpstreamQueue(): UpstreamQueue {
  const accounts = new Map<number, { running: number; waiting: (() => void)[] }>();
  let waitingInAll = 0;
  let runningInAll = 0;

  function leave(accountId: number, account: { running: number; waiting: (() => void)[] }): void {
    const next = account.waiting.shift();
    if (next) {
      // The place passes to the one who waits, so that nobody can slip in between.
      next();
      return;
    }
    runningInAll -= 1;
    account.running -= 1;
    if (account.running === 0) accounts.delete(accountId);
  }

  function placeOf(accountId: number, account: { running: number; waiting: (() => void)[] }): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave(accountId, account);
    };
  }

  return {
    async enter(accountId, signal) {
      signal.throwIfAborted();
      const account = accounts.get(accountId) ?? { running: 0, waiting: [] };
      accounts.set(accountId, account);
      if (account.running < requestLimits.upstreamCallsPerAccountMax) {
        account.running += 1;
        runningInAll += 1;
        return placeOf(accountId, account);
      }
      if (waitingInAll >= requestLimits.upstreamCallsQueuedMax) throw new LeadGenError('overloaded');
      waitingInAll += 1;
      try {
        await new Promise<void>((resolve, reject) => {
          const onAbort = () => {
            const index = account.waiting.indexOf(wake);
            if (index >= 0) account.waiting.splice(index, 1);
            reject(signal.reason);
          };
          const wake = () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          };
          account.waiting.push(wake);
          signal.addEventListener('abort', onAbort, { once: true });
        });
      } finally {
        waitingInAll -= 1;
      }
      return placeOf(accountId, account);
    },
    size: () => ({ running: runningInAll, waiting: waitingInAll }),
  };
}
