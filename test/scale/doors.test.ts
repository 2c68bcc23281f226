import { expect, test } from 'vitest';
import { openPlace } from '../support/open-place.ts';
import { runDoors } from './run-doors.ts';

// The bars are for `node test/scale/doors.ts`; a tenth of it here, so that nobody takes the streams away unnoticed.
test.each([false, true])(
  'ten thousand inputs go in and come out without a copy in memory (PostgreSQL: %s)',
  async (isPostgres) => {
    const place = await openPlace({ isPostgres, settings: { LEADGEN_WORKERS: '0' } });
    try {
      const run = await runDoors(place, 10_000);
      expect(run.submitSeconds).toBeLessThan(10);
      for (const form of ['jsonl', 'csv', 'json'] as const) expect(run.results[form].bytes).toBeGreaterThan(2_000_000);
    } finally {
      await place.close();
    }
  },
  120_000,
);
