import type { Migration } from '../migrate.ts';

/** Whether somebody waits for a flight's end. Of those who don't say so yet, an older gateway's, each looks once a second. */
export const flightsFollowedMigration: Migration = {
  name: '0008-flights-followed',
  statements: ['alter table flights add column followed boolean not null default false'],
};
