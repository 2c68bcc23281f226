import type { Migration } from '../migrate.ts';

/** Accounts, keys, holds, ledger, cache, flights, recipes. Valid on PostgreSQL 15 to 18 and on PGlite. */
export const initial: Migration = {
  name: '0001-initial',
  statements: [
    // Half of each page stays free: a balance changes often, and so finds room beside its old version (HOT updates).
    `create table accounts (
       id bigint primary key,
       balance bigint not null check (balance >= 0),
       held bigint not null default 0 check (held >= 0),
       created_at timestamptz not null,
       closed_at timestamptz,
       check (held <= balance)
     ) with (fillfactor = 50)`,
    `create table api_keys (
       id bigint generated always as identity primary key,
       account_id bigint not null references accounts,
       hash text not null,
       prefix text not null,
       name text,
       cap bigint check (cap >= 0),
       operations text[],
       approve_above integer not null default 50 check (approve_above >= 0),
       month date,
       used bigint not null default 0 check (used >= 0),
       held bigint not null default 0 check (held >= 0),
       created_at timestamptz not null,
       revoked_at timestamptz,
       unique (account_id, hash)
     ) with (fillfactor = 50)`,
    `create index api_keys_hash on api_keys (hash)`,
    `create table holds (
       id uuid primary key,
       account_id bigint not null references accounts,
       key_id bigint references api_keys,
       gateway_id uuid not null,
       operation text not null,
       request_id text not null,
       amount bigint not null check (amount > 0),
       cost bigint check (cost between 0 and amount),
       state text not null default 'pending' check (state in ('pending', 'settled', 'undone', 'released', 'expired')),
       expires_at timestamptz not null,
       created_at timestamptz not null,
       closed_at timestamptz,
       check ((state in ('settled', 'undone')) = (cost is not null)),
       check ((state = 'pending') = (closed_at is null))
     ) with (fillfactor = 70)`,
    `create index holds_pending_expiry on holds (expires_at) where state = 'pending'`,
    `create index holds_pending_gateway on holds (gateway_id) where state = 'pending'`,
    `create index holds_pending_account on holds (account_id) where state = 'pending'`,
    `create table ledger (
       id bigint generated always as identity primary key,
       account_id bigint not null references accounts,
       at timestamptz not null,
       kind text not null check (kind in ('grant', 'usage', 'adjust')),
       amount bigint not null check (amount <> 0),
       balance_after bigint not null,
       hold_id uuid references holds,
       operation text,
       request_id text,
       charges jsonb,
       note text,
       unique (hold_id, kind)
     )`,
    `create index ledger_account on ledger (account_id, id desc)`,
    `create function refuse_ledger_change() returns trigger language plpgsql as
     $$ begin raise exception 'the ledger is append-only'; end $$`,
    `create trigger ledger_append_only before update or delete or truncate on ledger
       for each statement execute function refuse_ledger_change()`,
    `create table gateways (
       id uuid primary key,
       heartbeat_at timestamptz not null,
       started_at timestamptz not null,
       pid integer not null,
       host text not null
     )`,
    `create table answers (
       key text primary key,
       namespace text not null,
       account_id bigint,
       fetched_at timestamptz not null,
       body text not null
     )`,
    `create index answers_age on answers (namespace, fetched_at)`,
    `create table flights (
       key text primary key,
       owner uuid not null,
       expires_at timestamptz not null,
       outcome text
     )`,
    `create table recipes (
       id bigint generated always as identity primary key,
       account_id bigint references accounts,
       code text not null,
       query text not null,
       created_at timestamptz not null,
       unique nulls not distinct (account_id, code)
     )`,
    `create table idempotency (
       account_id bigint not null references accounts,
       key text not null,
       input_hash text not null,
       state text not null,
       answer text,
       created_at timestamptz not null,
       primary key (account_id, key)
     )`,
    `create index idempotency_age on idempotency (created_at)`,
  ],
};
