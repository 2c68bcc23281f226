import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      // Node rejects with an error of its own, the port with the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
  random: () => Math.random(),
};
