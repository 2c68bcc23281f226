import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { fleetLimits } from './limits.ts';

export interface WantedSlots {
  name: string;
  count: number;
  /** A UUID of the taker's, by which the places are given back. */
  token: string;
}

/** Takes up to `count` of the `slotsMax` places under each name, over all processes on this database; answers how many it got of each. */
export async function takeSlots(
  store: Store,
  { wanted, slotsMax, gatewayId }: { wanted: readonly WantedSlots[]; slotsMax: number; gatewayId: string },
): Promise<number[]> {
  const rows = await store.query<{ name: string }>(takeStatement, [
    wanted.map(({ name }) => name),
    slotsMax,
    wanted.map(({ token }) => token),
    gatewayId,
    fleetLimits.slotLeaseSeconds,
    fleetLimits.heartbeatAgeSecondsMax,
    wanted.map(({ count }) => count),
  ]);
  return wanted.map(({ name }) => rows.filter((row) => row.name === name).length);
}

/** Gives back all places that were taken under these names with these tokens. */
export async function leaveSlots(store: Store, places: readonly { name: string; token: string }[]): Promise<void> {
  await store.query(leaveStatement, [places.map(({ name }) => name), places.map(({ token }) => token)]);
}

/** Deletes places that processes left behind which died; answers how many. */
export async function pruneSlots(store: Store): Promise<number> {
  return deleteInSteps(store, pruneStatement, [], fleetLimits.prune);
}

const isFree = `(s.expires_at <= now() or not exists (
    select 1 from gateways g
    where g.id = s.gateway_id and g.heartbeat_at > now() - make_interval(secs => $6::integer)
  ))`;

// Two that choose the same place at once meet at the unique key, where the later one finds it taken: never more than allowed hold one.
const takeStatement = {
  name: 'take-slot',
  text: `
with free as (
  select w.name, w.token, w.count, n.slot, row_number() over (partition by w.name order by random()) as number
  from unnest($1::text[], $3::uuid[], $7::integer[]) as w (name, token, count)
  cross join generate_series(1, $2::integer) n (slot)
  left join slots s on s.name = w.name and s.slot = n.slot
  where s.slot is null or ${isFree}
)
insert into slots as s (name, slot, token, gateway_id, expires_at)
select name, slot, token, $4::uuid, now() + make_interval(secs => $5::integer) from free where number <= count order by name, slot
on conflict (name, slot) do update
  set token = excluded.token, gateway_id = excluded.gateway_id, expires_at = excluded.expires_at
  where ${isFree}
returning name`,
};
const leaveStatement = {
  name: 'leave-slot',
  text: `
delete from slots s using unnest($1::text[], $2::uuid[]) as place (name, token)
where s.name = place.name and s.token = place.token`,
};
const pruneStatement = {
  name: 'prune-slots',
  text: `
with due as (
  select name, slot, token from slots where expires_at < now() limit $1::integer for update skip locked
), gone as (
  delete from slots s using due d where s.name = d.name and s.slot = d.slot and s.token = d.token returning 1
)
select count(*) as gone from gone`,
};
