import type { Store } from '../store/store.ts';
import { cacheLimits } from './limits.ts';

/** Told when a flight has landed; the payload is its key. */
export const flightsChannel = 'flights';

/** Takes the lead over keys, also from leaders that are gone; answers those that no other process has. */
export async function takeFlights(
  store: Store,
  { keys, owner }: { keys: readonly string[]; owner: string },
): Promise<Set<string>> {
  const rows = await store.query<{ key: string }>(takeStatement, [keys, owner, cacheLimits.flightLeaseSeconds]);
  return new Set(rows.map(({ key }) => key));
}

/** Says that these flights are still under way. */
export async function renewFlights(store: Store, { keys, owner }: { keys: string[]; owner: string }): Promise<void> {
  await store.query(renewStatement, [keys, owner, cacheLimits.flightLeaseSeconds]);
}

export interface Landing {
  key: string;
  /** Stays to be read for a while; null: others shall lead themselves. */
  outcome: string | null;
}

/** Ends flights, and tells those who follow them. */
export async function landFlights(
  store: Store,
  { landings, owner }: { landings: readonly Landing[]; owner: string },
): Promise<void> {
  await store.query(landStatement, [
    landings.map(({ key }) => key),
    landings.map(({ outcome }) => outcome),
    owner,
    cacheLimits.flightOutcomeSeconds,
  ]);
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
insert into flights as f (key, owner, expires_at)
select key, $2::uuid, now() + make_interval(secs => $3::integer) from unnest($1::text[]) as wanted (key) order by key
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
// Rows are locked in the order of their keys, so that no two statements wait for each other.
// A notification makes all commits of a server wait for each other, so there is one only where somebody waits for it.
const landStatement = {
  name: 'land-flight',
  text: `
with landing as (
  select f.key, l.outcome
  from unnest($1::text[], $2::text[]) as l (key, outcome) join flights f on f.key = l.key
  where f.owner = $3::uuid and f.outcome is null
  order by f.key
  for update of f
), landed as (
  update flights f set
    outcome = l.outcome,
    expires_at = now() + case when l.outcome is null then interval '0' else make_interval(secs => $4::integer) end
  from landing l where f.key = l.key
  returning f.key, f.followed
)
select pg_notify(current_schema() || '_${flightsChannel}', key) from landed where followed`,
};
const followStatement = {
  name: 'follow-flight',
  text: `update flights set followed = true where key = $1::text returning outcome, expires_at <= now() as late`,
};
