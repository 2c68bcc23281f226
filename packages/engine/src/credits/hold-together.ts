import { groupCalls } from '../group-calls.ts';
import type { Store } from '../store/store.ts';
import { type HoldRequest, hold } from './hold.ts';
import { creditLimits } from './limits.ts';

type Held = Awaited<ReturnType<typeof hold>>;
type Outcome = { held: Held } | { error: unknown };

const groups = new WeakMap<Store, (request: HoldRequest) => Promise<Outcome>>();

/**
 * `hold`, for calls of an account that come together (the edges of a page): where there is enough for all of them, they are taken in one
 * statement, else one after the other, each with what the ones before it left.
 */
export async function holdTogether(store: Store, request: HoldRequest): Promise<Held> {
  const known = groups.get(store);
  const group =
    known ??
    groupCalls<HoldRequest, Outcome>((requests) => holdGroup(store, requests), { sizeMax: creditLimits.groupMax });
  if (!known) groups.set(store, group);
  const outcome = await group(request);
  if ('error' in outcome) throw outcome.error;
  return outcome.held;
}

/** Never throws: a hold whose connection broke may stand, so that nobody may take it again for the sake of the others. */
async function holdGroup(store: Store, requests: readonly HoldRequest[]): Promise<Outcome[]> {
  const outcomes = new Map<HoldRequest, Outcome>();
  const byKey = Map.groupBy(requests, ({ accountId, keyId }) => `${accountId} ${keyId}`);
  await Promise.all(
    [...byKey.values()].map(async (ofKey) => {
      try {
        const together = ofKey.length > 1 ? await holdAll(store, ofKey) : null;
        if (together)
          for (const request of ofKey) outcomes.set(request, { held: { ...together, held: request.amount } });
        else for (const request of ofKey) outcomes.set(request, await holdAlone(store, request));
      } catch (error) {
        for (const request of ofKey) outcomes.set(request, { error });
      }
    }),
  );
  return requests.map((request) => outcomes.get(request)!);
}

async function holdAlone(store: Store, request: HoldRequest): Promise<Outcome> {
  try {
    return { held: await hold(store, request) };
  } catch (error) {
    return { error };
  }
}

/** All of them in full, or none: null. */
async function holdAll(store: Store, requests: readonly HoldRequest[]): Promise<{ available: number } | null> {
  const [first] = requests;
  if (!first) return null;
  const [row] = await store.query<{ available: number }>(statement, [
    requests.map(({ holdId }) => holdId),
    first.accountId,
    first.keyId,
    requests.map(({ amount }) => amount),
    requests.map(({ operation }) => operation),
    requests.map(({ requestId }) => requestId),
    first.gatewayId,
    first.now,
    requests.map(({ expiresAt }) => expiresAt),
  ]);
  return row ?? null;
}

// As `hold`, whose comments say why it is written so.
const statement = {
  name: 'hold-together',
  text: `
with account as (
  select id, balance, held, balance - held as available from accounts
  where id = $2::bigint and closed_at is null
  for no key update
), key as (
  select k.id, k.cap - k.held
    - case when k.month >= date_trunc('month', $8::timestamptz at time zone 'UTC')::date then k.used else 0 end as available
  from account a join api_keys k on k.account_id = a.id
  where k.id = $3::bigint
  for no key update of k
), wanted as (
  select a.id, a.balance, a.held, least(a.available, k.available) as available,
    (select sum(amount)::bigint from unnest($4::bigint[]) as given (amount)) as amount
  from account a left join key k on true
  where $3::bigint is null or k.id is not null
), taken as (
  update accounts a set held = w.held + w.amount, balance = w.balance
  from wanted w
  where a.id = w.id and w.amount <= w.available
  returning a.id, w.amount, a.balance - a.held as available
), key_taken as (
  update api_keys k set held = k.held + t.amount from taken t where k.id = $3::bigint
), made as (
  insert into holds (id, account_id, key_id, gateway_id, operation, request_id, amount, expires_at, created_at)
  select g.id, t.id, $3::bigint, $7::uuid, g.operation, g.request_id, g.amount, g.expires_at, $8::timestamptz
  from taken t, unnest($1::uuid[], $4::bigint[], $5::text[], $6::text[], $9::timestamptz[])
    as g (id, amount, operation, request_id, expires_at)
)
select available from taken`,
};
