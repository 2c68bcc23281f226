import type { Migration } from '../migrate.ts';

/** Ads, the texts they had, the looks at result pages, and what each look saw. */
export const adHistoryMigration: Migration = {
  name: '0002-ad-history',
  statements: [
    // Queries and addresses can be longer than an index entry may be: pool, identity and text_key are their sha256.
    `create table ads (
       id bigint generated always as identity primary key,
       pool text not null,
       engine text not null,
       query_key text not null,
       identity text not null unique,
       url text not null,
       title text not null,
       ad_text text not null,
       display_url text not null,
       position integer not null,
       area text not null,
       first_seen timestamptz not null,
       last_seen timestamptz not null,
       times_seen integer not null check (times_seen > 0),
       check (first_seen <= last_seen)
     ) with (fillfactor = 80)`,
    `create index ads_pool on ads (pool, last_seen desc, position, id)`,
    `create table ad_versions (
       id bigint generated always as identity primary key,
       ad_id bigint not null references ads on delete cascade,
       text_key text not null,
       title text not null,
       ad_text text not null,
       display_url text not null,
       first_seen timestamptz not null,
       last_seen timestamptz not null,
       unique (ad_id, text_key)
     ) with (fillfactor = 80)`,
    `create table ad_looks (
       id bigint generated always as identity primary key,
       pool text not null,
       page integer not null,
       at timestamptz not null,
       imported boolean not null default false
     )`,
    `create index ad_looks_pool on ad_looks (pool, at)`,
    `create unique index ad_looks_imported on ad_looks (pool, page, at) where imported`,
    `create table ad_sightings (
       ad_id bigint not null references ads on delete cascade,
       look_id bigint not null references ad_looks on delete cascade,
       version_id bigint not null references ad_versions on delete cascade,
       at timestamptz not null,
       url text not null,
       position integer not null,
       area text not null,
       primary key (ad_id, look_id)
     )`,
    `create index ad_sightings_time on ad_sightings (ad_id, at desc)`,
    `create index ad_sightings_look on ad_sightings (look_id)`,
  ],
};
