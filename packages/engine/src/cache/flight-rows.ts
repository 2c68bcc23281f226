import type { Store } from '../store/store.ts';
import { cacheLimits } from './limits.ts';

/** Told when a flight has landed; the payload is its key. */
export const flightsChannel = 'flights';

/** Takes the lead over a key, also from a leader that is gone; false where another process has it. */
export async function takeFlight(store: Store, { key, owner }: { key: string; owner: string }): Promise<boolean> {
  const rows = await store.query(takeStatement, [key, owner, cacheLimits.flightLeaseSeconds]);
  return rows.length > 0;
}

/** Says that these flights are still under way. */
export async function renewFlights(store: Store, { keys, owner }: { keys: string[]; owner: string }): Promise<void> {
  await store.query(renewStatement, [keys, owner, cacheLimits.flightLeaseSeconds]);
}

/** Ends a flight, and tells those who follow it. `outcome` stays to be read for a while; null: others shall lead themselves. */
export async function landFlight(
  store: Store,
  { key, owner, outcome }: { key: string; owner: string; outcome: string | null },
): Promise<void> {
  await store.query(landStatement, [key, owner, outcome, outcome === null ? 0 : cacheLimits.flightOutcomeSeconds]);
}

/** How a flight stands, for one who wants to hear of its end: `late` once its leader's lease has run out; null where there is none. */
export async function followFlight(
  store: Store,
  key: string,
): Promise<{ outcome: string | null; late: boolean } | null> {
  const [row] = await store.query<{ outcome: string | null; late: boolean }>(followStatement, [key]);
  return row ?? null;
}

const takeStatement = {
  name: 'take-flight',
  text: `
insert into flights as f (key, owner, expires_at) values ($1::text, $2::uuid, now() + make_interval(secs => $3::integer))
on conflict (key) do update set owner = excluded.owner, expires_at = excluded.expires_at, outcome = null, followed = false
where f.expires_at <= now() or f.outcome is not null
returning key`,
};
const renewStatement = {
  name: 'renew-flights',
  text: `
update flights set expires_at = now() + make_interval(secs => $3::integer)
where key = any($1::text[]) and owner = $2::uuid and outcome is null`,
};
// A notification makes all commits of a server wait for each other, so there is one only where somebody waits for it.
const landStatement = {
  name: 'land-flight',
  text: `
with landed as (
  update flights set outcome = $3::text, expires_at = now() + make_interval(secs => $4::integer)
  where key = $1::text and owner = $2::uuid and outcome is null
  returning key, followed
)
select pg_notify(current_schema() || '_${flightsChannel}', key) from landed where followed`,
};
const followStatement = {
  name: 'follow-flight',
  text: `update flights set followed = true where key = $1::text returning outcome, expires_at <= now() as late`,
};
