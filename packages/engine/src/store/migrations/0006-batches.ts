import type { Migration } from '../migrate.ts';

/** Batches, their inputs with what came of them, and the secrets that sign webhooks. */
export const batchesMigration: Migration = {
  name: '0006-batches',
  statements: [
    `create table batches (
       id uuid primary key,
       account_id bigint not null references accounts,
       key_id bigint references api_keys,
       operation text,
       status text not null check (status in ('draft', 'queued', 'running', 'done', 'cancelled')),
       total integer not null default 0,
       done integer not null default 0,
       failed integer not null default 0,
       dropped integer not null default 0,
       credits_used bigint not null default 0,
       reserved bigint not null default 0 check (reserved >= 0),
       max_credits bigint check (max_credits >= 0),
       columns text[] not null default '{}',
       items_per_job integer not null default 1,
       round integer not null default 0,
       first_place bigint not null default 0,
       webhook_url text,
       webhook_due boolean not null default false,
       idempotency_key text,
       input_hash text,
       created_at timestamptz not null,
       finished_at timestamptz,
       unique (account_id, idempotency_key)
     ) with (fillfactor = 50)`,
    `create index batches_account on batches (account_id, created_at desc)`,
    `create index batches_open on batches (account_id) where finished_at is null`,
    `create index batches_finished on batches (finished_at) where finished_at is not null`,
    `create index batches_webhook_due on batches (id) where webhook_due`,
    `create table batch_items (
       batch_id uuid not null references batches on delete cascade,
       index integer not null,
       input text not null,
       state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'dropped')),
       worker uuid,
       attempt integer not null default 0,
       round integer not null default 0,
       reserved bigint not null default 0,
       data text,
       error_code text,
       error_message text,
       credits bigint not null default 0,
       primary key (batch_id, index)
     ) with (fillfactor = 70)`,
    `create index batch_items_running on batch_items (worker) where state = 'running'`,
    `create table webhook_secrets (
       account_id bigint primary key references accounts,
       secret text not null,
       created_at timestamptz not null
     )`,
  ],
};
