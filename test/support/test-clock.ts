import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../packages/engine/src/ports/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  date(): Date;
}

/** Stands still at `at`, or runs with the machine's time; `advance` moves both. Sleeps are real. */
export function createTestClock({ at = null }: { at?: number | null } = {}): TestClock {
  let moved = 0;
  const now = () => (at ?? Date.now()) + moved;
  return {
    now,
    date: () => new Date(now()),
    random: () => 0.5,
    advance: (milliseconds) => {
      moved += milliseconds;
    },
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
  };
}
