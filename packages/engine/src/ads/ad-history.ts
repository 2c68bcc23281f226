import { LeadGenError } from '../errors.ts';
import type { Statement, Store } from '../store/store.ts';
import { adPool } from './ad-identity.ts';
import { adLimits } from './limits.ts';
import { readStoredAd, type StoredAd, type StoredAdRow } from './load-history.ts';

/** An ad as it stood at a moment. */
export interface HistoricalAd extends StoredAd {
  /** Whether the last look at its page of results, up to that moment, showed it. */
  isActive: boolean;
}

export interface AdHistoryPage {
  edges: { cursor: string; node: HistoricalAd }[];
  hasNextPage: boolean;
}

/**
 * The stored ads of a query as they stood at `asOf`, with what was known then: no later sighting counts, and text, address and
 * position are those of the last sighting before it. Last seen first, then by position. Throws `invalid_param` for a foreign cursor.
 */
export async function adHistory(
  store: Store,
  search: { query: string; engine: string; asOf: Date /** At most 100. */; first: number; after: string | null },
): Promise<AdHistoryPage> {
  const { pool } = adPool(search);
  const count = Math.max(0, Math.min(search.first, adLimits.historyPageMax));
  const after = search.after === null ? null : readCursor(search.after);
  const values = [pool, search.asOf, count + 1, after?.lastSeen ?? null, after?.position ?? null, after?.id ?? null];
  const rows = await store.query<StoredAdRow & { is_active: boolean }>(historyStatement, values);
  return {
    edges: rows.slice(0, count).map((row) => ({
      cursor: writeCursor(row),
      node: { ...readStoredAd(row), isActive: row.is_active },
    })),
    hasNextPage: rows.length > count,
  };
}

/** Cursors name the place in the order, so that ads seen meanwhile move no page's border. */
function writeCursor(row: StoredAdRow): string {
  return Buffer.from(JSON.stringify([row.last_seen.getTime(), row.position, row.id])).toString('base64url');
}

function readCursor(cursor: string): { lastSeen: Date; position: number; id: number } {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    parts = null;
  }
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every(Number.isSafeInteger)) {
    throw new LeadGenError('invalid_param', 'Parameter: after: not a cursor of this list.');
  }
  const [lastSeen, position, id] = parts as [number, number, number];
  const date = new Date(lastSeen);
  if (Number.isNaN(date.getTime()) || Math.abs(position) > 2 ** 31 - 1) {
    throw new LeadGenError('invalid_param', 'Parameter: after: not a cursor of this list.');
  }
  return { lastSeen: date, position, id };
}

/** `latest`: the last look at each page of results up to the moment; what they showed together is what stood there then. */
const historyStatement: Statement = {
  name: 'ads-history-as-of',
  text: `
    with latest as (
      select distinct on (page) id from ad_looks where pool = $1 and at <= $2::timestamptz order by page, at desc, id desc
    ), looks as (
      select distinct at, count(*) over (order by at desc)::int as since from ad_looks where pool = $1 and at <= $2
    ), sightings as (
      select ad_sightings.*,
        row_number() over (partition by ad_id order by at desc, look_id desc) as nth,
        count(*) over (partition by ad_id)::int as times_seen,
        min(at) over (partition by ad_id) as first_seen
      from ads join ad_sightings on ad_sightings.ad_id = ads.id
      where ads.pool = $1 and at <= $2
    ), page as (
      select * from sightings
      where nth = 1 and ($4::timestamptz is null
        or (at < $4 or (at = $4 and (position, ad_id) > ($5::int, $6::bigint))))
      order by at desc, position, ad_id limit $3
    )
    select ads.id, ads.identity, page.position, page.area, version.title, page.url, version.display_url, version.ad_text,
      page.first_seen, page.at as last_seen, page.times_seen, coalesce(looks.since, page.times_seen) as times_looked,
      exists (select from ad_sightings shown join latest on latest.id = shown.look_id where shown.ad_id = ads.id) as is_active
    from page
    join ads on ads.id = page.ad_id
    join ad_versions version on version.id = page.version_id
    left join looks on looks.at = page.first_seen
    order by page.at desc, page.position, ads.id`,
};
