import { LeadGenError } from '@leadgen/engine';

/** Calls that go on after their answer, of one process. */
export interface Background {
  /** Aborted when the process ends. */
  signal: AbortSignal;
  /** A place for one of this account's; null where there are too many already, of all or of its own, or the process ends. */
  enter(accountId: number): BackgroundPlace | null;
  /** Stops them all and waits until they have ended. */
  close(): Promise<void>;
}

export interface BackgroundPlace {
  /** The place is free again when the task has ended. */
  hold(task: Promise<void>): void;
  leave(): void;
}

export function createBackground({
  callsMax,
  callsPerAccountMax,
}: {
  callsMax: number;
  callsPerAccountMax: number;
}): Background {
  const ending = new AbortController();
  const places = new Map<BackgroundPlace, number>();
  const tasks = new Set<Promise<void>>();
  const ofAccount = (accountId: number) => [...places.values()].filter((each) => each === accountId).length;
  return {
    signal: ending.signal,
    enter(accountId) {
      if (ending.signal.aborted || places.size >= callsMax || ofAccount(accountId) >= callsPerAccountMax) return null;
      const place: BackgroundPlace = {
        hold(task) {
          tasks.add(task);
          task.finally(() => {
            tasks.delete(task);
            places.delete(place);
          });
        },
        leave: () => void places.delete(place),
      };
      places.set(place, accountId);
      return place;
    },
    async close() {
      ending.abort(
        new LeadGenError('overloaded', 'The process that ran it ends; the same call again goes on from the cache.'),
      );
      await Promise.allSettled(tasks);
    },
  };
}
