import type { Statement, Store } from '../store/store.ts';
import type { HistoricalAd } from './ad-history.ts';
import { adPool } from './ad-identity.ts';
import { readStoredAd, type StoredAdRow } from './load-history.ts';

export interface AdChanges {
  /** Shown at `until`, never seen up to `since`. */
  new: HistoricalAd[];
  /** Shown at `until` and seen before, but not shown at `since`. */
  back: HistoricalAd[];
  /** Shown at `since`, no longer at `until`. */
  gone: HistoricalAd[];
}

/**
 * What changed between two looks: the last ones up to `since` and up to `until`. Pages of results are looked at one by one, so a
 * "look" is the last one at each page; a page that was not looked at again has not changed. Ads as they stood at `until`.
 */
export async function adChanges(
  store: Store,
  search: { query: string; engine: string; since: Date; until: Date; historyMax: number },
): Promise<AdChanges> {
  const { pool } = adPool(search);
  const values = [pool, search.since, search.until, search.historyMax];
  const rows = await store.query<StoredAdRow & { change: keyof AdChanges }>(changesStatement, values);
  const changes: AdChanges = { new: [], back: [], gone: [] };
  for (const row of rows) changes[row.change].push({ ...readStoredAd(row), isActive: row.change !== 'gone' });
  return changes;
}

const changesStatement: Statement = {
  name: 'ads-changes',
  text: `
    with before as (
      select distinct shown.ad_id from ad_sightings shown join (
        select distinct on (page) id from ad_looks where pool = $1 and at <= $2::timestamptz order by page, at desc, id desc
      ) latest on latest.id = shown.look_id
    ), after as (
      select distinct shown.ad_id from ad_sightings shown join (
        select distinct on (page) id from ad_looks where pool = $1 and at <= $3::timestamptz order by page, at desc, id desc
      ) latest on latest.id = shown.look_id
    ), changed as (
      select coalesce(before.ad_id, after.ad_id) as ad_id, before.ad_id is not null as is_gone
      from before full join after on after.ad_id = before.ad_id
      where before.ad_id is null or after.ad_id is null
    ), looks as (
      select distinct at, count(*) over (order by at desc)::int as since from ad_looks where pool = $1 and at <= $3
    )
    select ads.id, ads.identity, last.position, last.area, version.title, last.url, version.display_url, version.ad_text,
      seen.first_seen, last.at as last_seen, seen.times_seen, coalesce(looks.since, seen.times_seen) as times_looked,
      case when changed.is_gone then 'gone' when seen.first_seen > $2 then 'new' else 'back' end as change
    from changed
    join ads on ads.id = changed.ad_id
    cross join lateral (
      select count(*)::int as times_seen, min(at) as first_seen from ad_sightings where ad_id = ads.id and at <= $3
    ) seen
    cross join lateral (
      select * from ad_sightings where ad_id = ads.id and at <= $3 order by at desc, look_id desc limit 1
    ) last
    join ad_versions version on version.id = last.version_id
    left join looks on looks.at = seen.first_seen
    order by last.at desc, last.position, ads.id limit $4`,
};
