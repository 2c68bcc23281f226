import { LeadGenError } from '@leadgen/engine';

/** Calls that go on after their answer, of one process. */
export interface Background {
  /** False where there are too many already, or the process ends. */
  hasRoom(): boolean;
  /** Aborted when the process ends. */
  signal: AbortSignal;
  add(task: Promise<void>): void;
  /** Stops them all and waits until they have ended. */
  close(): Promise<void>;
}

export function createBackground(tasksMax: number): Background {
  const ending = new AbortController();
  const tasks = new Set<Promise<void>>();
  return {
    signal: ending.signal,
    hasRoom: () => tasks.size < tasksMax && !ending.signal.aborted,
    add(task) {
      tasks.add(task);
      task.finally(() => tasks.delete(task));
    },
    async close() {
      ending.abort(
        new LeadGenError('overloaded', 'The process that ran it ends; the same call again goes on from the cache.'),
      );
      await Promise.allSettled(tasks);
    },
  };
}
