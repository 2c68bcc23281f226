import { LeadGenError } from '../errors.ts';

/** A ceiling over everything that one request starts (`X-Max-Credits`, a list's `maxCredits`). */
export interface CreditBudget {
  /**
   * Sets `bound` aside. Where too little is left it waits while other calls of the request still hold some, then throws
   * `max_credits_exceeded`. Resolves to the function that books what was used and gives the rest back.
   */
  take(bound: number, signal: AbortSignal): Promise<(used: number) => void>;
  /** What no call holds or has used. */
  left(): number;
}

/** @param outer a ceiling above this one, which has to agree as well. */
export function createCreditBudget(ceiling: number, outer: CreditBudget | null = null): CreditBudget {
  let left = ceiling;
  let holding = 0;
  const waiting: { bound: number; wake: () => void }[] = [];

  function wakeThoseWhoCanDecide(): void {
    for (const entry of [...waiting]) {
      if (entry.bound > left && holding > 0) continue;
      waiting.splice(waiting.indexOf(entry), 1);
      entry.wake();
    }
  }

  async function takeOwn(bound: number, signal: AbortSignal): Promise<(used: number) => void> {
    while (bound > left) {
      if (holding === 0)
        throw new LeadGenError(
          'max_credits_exceeded',
          `This call could cost ${bound} credits; ${left} are left under the ceiling.`,
        );
      await new Promise<void>((resolve, reject) => {
        const entry = {
          bound,
          wake: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const onAbort = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason);
        };
        signal.throwIfAborted();
        waiting.push(entry);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    }
    left -= bound;
    holding += 1;
    let settled = false;
    return (used) => {
      if (settled) return;
      settled = true;
      holding -= 1;
      left += bound - used;
      wakeThoseWhoCanDecide();
    };
  }

  return {
    left: () => (outer ? Math.min(left, outer.left()) : left),
    async take(bound, signal) {
      const giveBack = await takeOwn(bound, signal);
      if (!outer) return giveBack;
      try {
        const giveBackOuter = await outer.take(bound, signal);
        return (used) => {
          giveBackOuter(used);
          giveBack(used);
        };
      } catch (error) {
        giveBack(0);
        throw error;
      }
    },
  };
}
