import type { Statement, Store } from '../store/store.ts';
import { adPool } from './ad-identity.ts';

/** A stored ad as it stood at its last sighting. */
export interface StoredAd {
  identity: string;
  position: number;
  area: string;
  title: string;
  url: string;
  displayUrl: string;
  text: string;
  firstSeen: Date;
  lastSeen: Date;
  timesSeen: number;
  timesLooked: number;
}

/** The pool's ads that this search did not show, last seen first, then by position (B16, B18 to B20). */
export async function loadHistory(
  store: Store,
  search: {
    engine: string;
    query: string;
    historyMax: number /** Identities of the ads shown now. */;
    except: readonly string[];
  },
): Promise<StoredAd[]> {
  const { pool } = adPool(search);
  const rows = await store.query<StoredAdRow>(historyStatement, [pool, search.historyMax, [...search.except]]);
  return rows.map(readStoredAd);
}

export interface StoredAdRow {
  id: number;
  identity: string;
  position: number;
  area: string;
  title: string;
  url: string;
  display_url: string;
  ad_text: string;
  first_seen: Date;
  last_seen: Date;
  times_seen: number;
  times_looked: number;
}

export function readStoredAd(row: StoredAdRow): StoredAd {
  return {
    identity: row.identity,
    position: row.position,
    area: row.area,
    title: row.title,
    url: row.url,
    displayUrl: row.display_url,
    text: row.ad_text,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    timesSeen: row.times_seen,
    timesLooked: row.times_looked,
  };
}

// The looks since each moment are counted in one pass, not once per ad: an ad's first sighting is a look's moment.
const historyStatement: Statement = {
  name: 'ads-load-history',
  text: `
    with looks as (
      select distinct at, count(*) over (order by at desc)::int as since from ad_looks where pool = $1
    ), history as (
      select * from ads where pool = $1 and identity <> all($3::text[])
      order by last_seen desc, position, id limit $2
    )
    select history.id, identity, position, area, title, url, display_url, ad_text, first_seen, last_seen, times_seen,
      coalesce(looks.since, times_seen) as times_looked
    from history left join looks on looks.at = history.first_seen
    order by last_seen desc, position, history.id`,
};
