import type { Migration } from '../migrate.ts';
import { initial } from './0001-initial.ts';
import { adHistoryMigration } from './0002-ad-history.ts';
import { fleetMigration, paidHoldsMigration, unpaidHoldsMigration } from './0003-fleet.ts';
import { keptResultsMigration } from './0004-kept-results.ts';
import { batchesMigration } from './0006-batches.ts';

/** All migrations, oldest first. A name that was once released never changes. */
export const migrations: readonly Migration[] = [
  initial,
  adHistoryMigration,
  fleetMigration,
  unpaidHoldsMigration,
  paidHoldsMigration,
  batchesMigration,
  keptResultsMigration,
];
