import { afterAll, beforeAll, describe } from 'vitest';
import { openPlace, type Place } from './open-place.ts';

/** One suite over all places where a command may work: the embedded database, alone and beside a gateway, and PostgreSQL. */
export function forEachPlace(suite: (place: () => Place) => void): void {
  for (const { name, hasGateway, isPostgres } of [
    { name: 'on the embedded database', hasGateway: false, isPostgres: false },
    { name: 'on the embedded database of a running gateway', hasGateway: true, isPostgres: false },
    { name: 'on PostgreSQL, beside a gateway', hasGateway: true, isPostgres: true },
  ]) {
    describe(name, () => {
      let place: Place;
      beforeAll(async () => {
        place = await openPlace({ hasGateway, isPostgres });
      });
      afterAll(() => place?.close());
      suite(() => place);
    });
  }
}
