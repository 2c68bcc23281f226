import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { fleetLimits } from './limits.ts';

/** Takes up to `count` of the `slotsMax` places under a name, over all processes on this database; answers how many it got. */
export async function takeSlots(
  store: Store,
  {
    name,
    slotsMax,
    count = 1,
    token,
    gatewayId,
  }: {
    name: string;
    slotsMax: number;
    count?: number;
    /** A UUID of the taker's, by which the places are given back. */
    token: string;
    gatewayId: string;
  },
): Promise<number> {
  const rows = await store.query(takeStatement, [
    name,
    slotsMax,
    token,
    gatewayId,
    fleetLimits.slotLeaseSeconds,
    fleetLimits.heartbeatAgeSecondsMax,
    count,
  ]);
  return rows.length;
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
  select n.slot from generate_series(1, $2::integer) n (slot)
  left join slots s on s.name = $1::text and s.slot = n.slot
  where s.slot is null or ${isFree}
  order by random() limit $7::integer
)
insert into slots as s (name, slot, token, gateway_id, expires_at)
select $1::text, slot, $3::uuid, $4::uuid, now() + make_interval(secs => $5::integer) from free
on conflict (name, slot) do update
  set token = excluded.token, gateway_id = excluded.gateway_id, expires_at = excluded.expires_at
  where ${isFree}
returning slot`,
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
