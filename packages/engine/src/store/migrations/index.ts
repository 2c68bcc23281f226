import type { Migration } from '../migrate.ts';
import { initial } from './0001-initial.ts';
import { adHistoryMigration } from './0002-ad-history.ts';
import { fleetMigration, paidHoldsMigration, unpaidHoldsMigration } from './0003-fleet.ts';
import { batchesMigration } from './0006-batches.ts';
import { keptResultsMigration } from './0007-kept-results.ts';
import { flightsFollowedMigration } from './0008-flights-followed.ts';

/** All migrations, oldest first. A name that was once released never changes. */
export const migrations: readonly Migration[] = [
  initial,
  adHistoryMigration,
  fleetMigration,
  unpaidHoldsMigration,
  paidHoldsMigration,
  batchesMigration,
  keptResultsMigration,
  flightsFollowedMigration,
];
