import type { Migration } from '../migrate.ts';

/** What many gateways share beside accounts and cache: the count of calls per minute, and slots for work that only so many may do at once. */
export const fleetMigration: Migration = {
  name: '0003-fleet',
  statements: [
    // Unlogged: of no worth after a crash of the server, and so a commit need not wait for the disk.
    // The columns, and their order, are those of rate-limiter-flexible.
    `create unlogged table rate_limits (
       key varchar(255) primary key,
       points integer not null default 0,
       expire bigint
     ) with (fillfactor = 50)`,
    `create unlogged table slots (
       name text not null,
       slot integer not null,
       token uuid not null,
       gateway_id uuid not null,
       expires_at timestamptz not null,
       primary key (name, slot)
     ) with (fillfactor = 50)`,
    // An entry of the ledger outlives its hold; (hold_id, kind) stays unique, so that nothing is ever charged twice.
    'alter table ledger drop constraint ledger_hold_id_fkey',
  ],
};

/** Closed holds by age, for their removal: those that cost nothing go sooner. */
export const unpaidHoldsMigration: Migration = {
  name: '0004-holds-unpaid',
  index: {
    name: 'holds_closed_unpaid',
    definition: `on holds (closed_at) where state <> 'pending' and coalesce(cost, 0) = 0`,
  },
};
export const paidHoldsMigration: Migration = {
  name: '0005-holds-paid',
  index: { name: 'holds_closed_paid', definition: `on holds (closed_at) where cost > 0` },
};
