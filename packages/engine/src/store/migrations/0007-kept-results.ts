import type { Migration } from '../migrate.ts';

/** Long answers and their rows, for a day. */
export const keptResultsMigration: Migration = {
  name: '0007-kept-results',
  statements: [
    `create table kept_results (
       id uuid primary key,
       account_id bigint not null references accounts,
       source text not null,
       state text not null default 'running' check (state in ('running', 'done')),
       credits bigint not null default 0 check (credits >= 0),
       document jsonb not null default '{}',
       gateway_id uuid not null,
       created_at timestamptz not null,
       expires_at timestamptz not null
     )`,
    `create index kept_results_account on kept_results (account_id, created_at desc)`,
    `create index kept_results_expiry on kept_results (expires_at)`,
    `create table kept_result_rows (
       result_id uuid not null references kept_results on delete cascade,
       index integer not null check (index >= 0),
       body text not null,
       primary key (result_id, index)
     )`,
  ],
};
