import { sql } from 'kysely';
import type { Store } from '../store/store.ts';
import { adIdentity, adPool, adTextKey } from './ad-identity.ts';
import { adLimits } from './limits.ts';
import type { ImportedAd } from './read-imported-ad.ts';
import { storable } from './record-sightings.ts';

/**
 * Brings ads over from another installation with their own dates (H12): a sighting at the first and one at the last of them, each
 * a look of its own moment. Repeatable: what is there already (to the second, which is what an export prints) is not added again.
 * Answers how many ads were new.
 */
export async function importAds(store: Store, ads: readonly ImportedAd[]): Promise<{ added: number }> {
  let added = 0;
  for (let start = 0; start < ads.length; start += adLimits.importRowsAtOnceMax) {
    added += await importBatch(store, ads.slice(start, start + adLimits.importRowsAtOnceMax));
  }
  return { added };
}

async function importBatch(store: Store, ads: readonly ImportedAd[]): Promise<number> {
  const rows = JSON.stringify(ads.map(rowOf));
  return store.db.transaction().execute(async (trx) => {
    const { rows: known } = await sql<{ id: number; is_new: boolean }>`
      insert into ads (pool, engine, query_key, identity, url, title, ad_text, display_url, position, area,
                       first_seen, last_seen, times_seen)
      select distinct on (identity) pool, engine, query_key, identity, url, title, ad_text, display_url, position, 'top',
        min(first_seen) over (partition by identity), max(last_seen) over (partition by identity), 1
      from ${imported(rows)} order by identity, last_seen desc
      on conflict (identity) do update set identity = excluded.identity
      returning id, xmax = 0 as is_new`.execute(trx);
    await sql`
      insert into ad_versions (ad_id, text_key, title, ad_text, display_url, first_seen, last_seen)
      select distinct on (ads.id, text_key) ads.id, text_key, given.title, given.ad_text, given.display_url,
        min(given.first_seen) over (partition by ads.id, text_key), max(given.last_seen) over (partition by ads.id, text_key)
      from ${imported(rows)} join ads using (identity) order by ads.id, text_key, given.last_seen desc
      on conflict (ad_id, text_key) do update set
        first_seen = least(ad_versions.first_seen, excluded.first_seen),
        last_seen = greatest(ad_versions.last_seen, excluded.last_seen)`.execute(trx);
    // Only moments at which the ad has no sighting yet make a look and a sighting.
    await sql`
      with wanted as (${wantedSightings(rows)})
      insert into ad_looks (pool, page, at, imported) select distinct pool, page, at, true from wanted
      on conflict (pool, page, at) where imported do nothing`.execute(trx);
    await sql`
      with wanted as (${wantedSightings(rows)})
      insert into ad_sightings (ad_id, look_id, version_id, at, url, position, area)
      select wanted.ad_id, look.id, wanted.version_id, wanted.at, wanted.url, wanted.position, 'top'
      from wanted join ad_looks look on look.imported and look.pool = wanted.pool and look.page = wanted.page and look.at = wanted.at
      on conflict do nothing`.execute(trx);
    const ids = known.map(({ id }) => id);
    // An ad shows what its last sighting showed, whichever way that came in.
    await sql`
      update ads set first_seen = seen.first_seen, last_seen = seen.last_seen, times_seen = seen.times_seen, url = last.url, position = last.position, area = last.area,
        title = version.title, ad_text = version.ad_text, display_url = version.display_url
      from (
        select ad_id, count(*)::int as times_seen, min(at) as first_seen, max(at) as last_seen
        from ad_sightings where ad_id = any(${ids}::bigint[]) group by ad_id
      ) seen
      cross join lateral (
        select * from ad_sightings where ad_sightings.ad_id = seen.ad_id order by at desc, look_id desc limit 1
      ) last
      join ad_versions version on version.id = last.version_id
      where ads.id = seen.ad_id`.execute(trx);
    return known.filter(({ is_new }) => is_new).length;
  });
}

function rowOf(ad: ImportedAd) {
  const { pool, queryKey } = adPool(ad);
  return {
    pool,
    engine: ad.engine,
    query_key: storable(queryKey),
    identity: adIdentity(pool, ad),
    text_key: adTextKey(ad),
    url: storable(ad.url),
    title: storable(ad.title),
    ad_text: storable(ad.text),
    display_url: storable(ad.displayUrl),
    page: ad.page,
    position: ad.position,
    first_seen: ad.firstSeen.toISOString(),
    last_seen: ad.lastSeen.toISOString(),
  };
}

const imported = (rows: string) => sql`
  jsonb_to_recordset(${rows}::jsonb) as given
    (pool text, engine text, query_key text, identity text, text_key text, url text, title text, ad_text text,
     display_url text, page int, position int, first_seen timestamptz, last_seen timestamptz)`;

const wantedSightings = (rows: string) => sql`
  select distinct on (ads.id, moment.at) ads.id as ad_id, version.id as version_id, given.pool, given.page, moment.at, given.url,
    given.position
  from ${imported(rows)}
  join ads using (identity)
  join ad_versions version on version.ad_id = ads.id and version.text_key = given.text_key
  cross join lateral (values (given.first_seen), (given.last_seen)) as moment (at)
  where not exists (
    select from ad_sightings other
    where other.ad_id = ads.id and other.at >= date_trunc('second', moment.at)
      and other.at < date_trunc('second', moment.at) + interval '1 second'
  )
  order by ads.id, moment.at, given.last_seen desc`;
