import { hostname } from 'node:os';
import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';

/** Says that this process lives, and forgets those that have been silent for a day. Its holds are safe for 30 s from now. */
export async function heartbeat(store: Store, { gatewayId }: { gatewayId: string }): Promise<void> {
  await store.query(beatStatement, [gatewayId, process.pid, hostname(), creditLimits.gatewayRowDaysMax]);
}

/** Says that this process ends. What it still holds may be given back at once. */
export async function endHeartbeat(store: Store, { gatewayId }: { gatewayId: string }): Promise<void> {
  await store.query(endStatement, [gatewayId]);
}

const beatStatement = {
  name: 'heartbeat',
  text: `
with silent as (delete from gateways where heartbeat_at < now() - make_interval(days => $4::integer))
insert into gateways (id, heartbeat_at, started_at, pid, host) values ($1::uuid, now(), now(), $2::integer, $3::text)
on conflict (id) do update set heartbeat_at = now()`,
};
const endStatement = { name: 'heartbeat-end', text: 'delete from gateways where id = $1::uuid' };
