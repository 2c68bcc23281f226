import type { SerpAd } from '../serp/result-page.ts';
import type { Statement, Store } from '../store/store.ts';
import { adPool, adTextKey } from './ad-identity.ts';
import { distinctAds } from './distinct-ads.ts';

/** An ad of this look with what the history knows of it. */
export interface FreshAd extends SerpAd {
  identity: string;
  firstSeen: Date;
  lastSeen: Date;
  timesSeen: number;
  /** Looks at this query and engine since the ad's first, this one counted. */
  timesLooked: number;
}

/**
 * Notes one look at a result page and the ads it showed, in one statement: new ads are added, known ones get a sighting, and a
 * changed text becomes a new version of the same ad (H11, H12). A look without ads is noted too. Answers the distinct ads (C12) in
 * order of position.
 */
export async function recordSightings(
  store: Store,
  look: { engine: string; query: string; page: number; ads: readonly SerpAd[]; now: Date },
): Promise<FreshAd[]> {
  const { pool, queryKey } = adPool(look);
  const distinct = distinctAds(pool, look.ads);
  const rows = distinct.map(({ identity, ad }) => ({
    identity,
    text_key: adTextKey(ad),
    url: storable(ad.url),
    title: storable(ad.title),
    ad_text: storable(ad.text),
    display_url: storable(ad.displayUrl),
    position: ad.position,
    area: ad.area,
  }));
  const values = [pool, look.engine, storable(queryKey), look.page, look.now, JSON.stringify(rows)];
  const known = new Map((await store.query<KnownAd>(recordStatement, values)).map((row) => [row.identity, row]));
  return distinct.flatMap(({ identity, ad }) => {
    const row = known.get(identity);
    if (!row) return [];
    const { first_seen: firstSeen, last_seen: lastSeen, times_seen: timesSeen, times_looked: timesLooked } = row;
    return [{ ...ad, identity, firstSeen, lastSeen, timesSeen, timesLooked }];
  });
}

/** PostgreSQL's text takes every character but NUL. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

interface KnownAd {
  identity: string;
  first_seen: Date;
  last_seen: Date;
  times_seen: number;
  times_looked: number;
}

// The rows are taken in the order of their identity, so that two looks at once lock them in the same order. All parts of the
// statement see the state before it: the new look is added to the count by hand.
const recordStatement: Statement = {
  name: 'ads-record-sightings',
  text: `
    with look as (
      insert into ad_looks (pool, page, at) values ($1, $4, $5) returning id
    ), shown as (
      select * from jsonb_to_recordset($6::jsonb) as shown
        (identity text, text_key text, url text, title text, ad_text text, display_url text, position int, area text)
    ), seen as (
      insert into ads (pool, engine, query_key, identity, url, title, ad_text, display_url, position, area,
                       first_seen, last_seen, times_seen)
      select $1, $2, $3, identity, url, title, ad_text, display_url, position, area, $5, $5, 1 from shown order by identity
      on conflict (identity) do update set
        url = excluded.url, title = excluded.title, ad_text = excluded.ad_text, display_url = excluded.display_url,
        position = excluded.position, area = excluded.area,
        first_seen = least(ads.first_seen, excluded.first_seen), last_seen = greatest(ads.last_seen, excluded.last_seen),
        times_seen = ads.times_seen + 1
      returning id, identity, first_seen, last_seen, times_seen
    ), version as (
      insert into ad_versions (ad_id, text_key, title, ad_text, display_url, first_seen, last_seen)
      select id, text_key, title, ad_text, display_url, $5, $5 from shown join seen using (identity) order by identity
      on conflict (ad_id, text_key) do update set
        first_seen = least(ad_versions.first_seen, excluded.first_seen),
        last_seen = greatest(ad_versions.last_seen, excluded.last_seen)
      returning id, ad_id
    ), sighting as (
      insert into ad_sightings (ad_id, look_id, version_id, at, url, position, area)
      select seen.id, look.id, version.id, $5, url, position, area
      from shown join seen using (identity) join version on version.ad_id = seen.id cross join look
    )
    select identity, first_seen, last_seen, times_seen,
      1 + (select count(*) from ad_looks where ad_looks.pool = $1 and ad_looks.at >= seen.first_seen)::int as times_looked
    from seen`,
};
