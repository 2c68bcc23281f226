import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../store/store.ts';
import { untilAborted } from '../until-aborted.ts';
import { fleetLimits } from './limits.ts';
import { leaveSlots, takeSlots } from './slots.ts';

/** Places under names, counted over all processes on one database. */
export interface FleetSlots {
  /**
   * Resolves, when one of `slotsMax` places under `name` is free, to the function that gives it back; that may be called more than once.
   * In order of arrival within this process; between processes whoever asks first. Rejects with the signal's reason.
   */
  enter(slot: { name: string; slotsMax: number }, signal: AbortSignal): Promise<() => Promise<void>>;
}

export function createFleetSlots({
  store,
  gatewayId,
  clock,
  log,
}: {
  store: Store;
  gatewayId: string;
  clock: Clock;
  log: Log;
}): FleetSlots {
  /** The last of those who wait for a name here; only the first asks the database. */
  const lasts = new Map<string, Promise<void>>();

  async function take(name: string, slotsMax: number, signal: AbortSignal): Promise<() => Promise<void>> {
    const token = randomUUID();
    let wait: number = fleetLimits.slotPollMillisecondsMin;
    for (;;) {
      signal.throwIfAborted();
      const [taken = 0] = await takeSlots(store, { wanted: [{ name, count: 1, token }], slotsMax, gatewayId });
      if (taken > 0) {
        let left: Promise<void> | null = null;
        return () => {
          left ??= leaveSlots(store, [{ name, token }]).catch((error: unknown) => {
            log.warn({ error: String(error) }, 'a place could not be given back; its lease runs out');
          });
          return left;
        };
      }
      const { slotPollJitter } = fleetLimits;
      await clock.sleep(wait * (1 - slotPollJitter * clock.random()), signal);
      wait = Math.min(wait * 2, fleetLimits.slotPollMillisecondsMax);
    }
  }

  return {
    async enter({ name, slotsMax }, signal) {
      const before = lasts.get(name) ?? Promise.resolve();
      const { promise: done, resolve: end } = Promise.withResolvers<void>();
      const last = before.then(() => done);
      lasts.set(name, last);
      try {
        await untilAborted(before, signal);
        return await take(name, slotsMax, signal);
      } finally {
        end();
        if (lasts.get(name) === last) lasts.delete(name);
      }
    },
  };
}
