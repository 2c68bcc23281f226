import type { Generated } from 'kysely';

/** The tables of the ad history as Kysely sees them. */
export interface AdTables {
  ads: AdsTable;
  ad_versions: AdVersionsTable;
  ad_looks: AdLooksTable;
  ad_sightings: AdSightingsTable;
}

interface AdsTable {
  id: Generated<number>;
  /** sha256 of engine and query key: the ads that belong to one query (H10). */
  pool: string;
  engine: string;
  query_key: string;
  /** sha256 of pool, address and title (H11). */
  identity: string;
  url: string;
  title: string;
  ad_text: string;
  display_url: string;
  /** At the last sighting, as the columns before (B20). */
  position: number;
  area: string;
  first_seen: Date;
  last_seen: Date;
  times_seen: number;
}

interface AdVersionsTable {
  id: Generated<number>;
  ad_id: number;
  text_key: string;
  title: string;
  ad_text: string;
  display_url: string;
  first_seen: Date;
  last_seen: Date;
}

/** One ad search of a query's page, also where it showed no ad. */
interface AdLooksTable {
  id: Generated<number>;
  pool: string;
  page: number;
  at: Date;
  /** Made up of an imported ad's dates. */
  imported: Generated<boolean>;
}

interface AdSightingsTable {
  ad_id: number;
  look_id: number;
  version_id: number;
  at: Date;
  url: string;
  position: number;
  area: string;
}
