import { groupCalls } from '../group-calls.ts';
import type { Store } from '../store/store.ts';
import { chargesJson } from './charges-json.ts';
import { creditLimits } from './limits.ts';
import { type Settled, type SettleRequest, settle } from './settle.ts';

interface Call {
  accountId: number;
  request: SettleRequest;
}

const groups = new WeakMap<Store, (call: Call) => Promise<Settled | null>>();

/**
 * `settle`, for calls of an account that end together: one statement, and still an entry of the ledger for each. One that fails is made for
 * each of them by itself; what was settled before stays so.
 */
export function settleTogether(store: Store, accountId: number, request: SettleRequest): Promise<Settled | null> {
  const known = groups.get(store);
  const group =
    known ?? groupCalls<Call, Settled | null>((calls) => settleGroup(store, calls), { sizeMax: creditLimits.groupMax });
  if (!known) groups.set(store, group);
  return group({ accountId, request });
}

async function settleGroup(store: Store, calls: readonly Call[]): Promise<(Settled | null)[]> {
  const settled = new Map<string, Settled>();
  // An account is one statement's alone, so that no two of them wait for each other.
  const byAccount = Map.groupBy(calls, ({ accountId }) => accountId);
  await Promise.all(
    [...byAccount.values()].map(async (ofAccount) => {
      const requests = ofAccount.map(({ request }) => request);
      const [first] = requests;
      if (!first) return;
      if (requests.length === 1) {
        const one = await settle(store, first);
        if (one) settled.set(first.holdId, one);
        return;
      }
      for (const { id, ...row } of await settleAll(store, requests)) settled.set(id, row);
    }),
  );
  return calls.map(({ request }) => settled.get(request.holdId) ?? null);
}

function settleAll(store: Store, requests: readonly SettleRequest[]): Promise<(Settled & { id: string })[]> {
  return store.query<Settled & { id: string }>(statement, [
    requests.map(({ holdId }) => holdId),
    requests.map(({ cost }) => cost),
    requests.map(({ charges }) => chargesJson(charges)),
    requests.map(({ now }) => now),
    requests.map(({ whole }) => whole ?? false),
  ]);
}

// As `settle`. The balance after an entry is the last one and what the entries after it cost.
const statement = {
  name: 'settle-together',
  text: `
with given as (
  select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::boolean[]) with ordinality
    as g (id, cost, charges, now, whole, place)
), locked as (
  select h.id from holds h join given g on g.id = h.id where h.state = 'pending' order by h.id for update of h
), closed as (
  update holds h set state = 'settled', cost = least(g.cost, h.amount), closed_at = g.now
  from given g join locked l on l.id = g.id
  where h.id = g.id and h.state = 'pending' and (not g.whole or h.amount >= g.cost)
  returning h.id, h.account_id, h.key_id, h.amount, h.cost, h.operation, h.request_id, g.now, g.charges, g.place
), account as (
  update accounts a set held = a.held - s.amount, balance = a.balance - s.cost
  from (select account_id, sum(amount)::bigint as amount, sum(cost)::bigint as cost from closed group by account_id) s
  where a.id = s.account_id
  returning a.id, a.balance, a.balance - a.held as available
), key as (
  update api_keys k set
    held = k.held - s.amount,
    used = case
      when k.month = s.this then k.used + s.cost
      when k.month > s.this then k.used
      else s.cost
    end,
    month = greatest(k.month, s.this)
  from (
    select c.key_id, sum(c.amount)::bigint as amount, sum(c.cost)::bigint as cost,
      date_trunc('month', max(c.now) at time zone 'UTC')::date as this
    from closed c join account a on a.id = c.account_id
    where c.key_id is not null group by c.key_id
  ) s
  where k.id = s.key_id
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, hold_id, operation, request_id, charges)
  select a.id, c.now, 'usage', -c.cost,
    a.balance + coalesce(sum(c.cost) over (order by c.place desc rows between unbounded preceding and 1 preceding), 0)::bigint,
    c.id, c.operation, c.request_id, c.charges::jsonb
  from closed c join account a on a.id = c.account_id
  where c.cost > 0
  order by c.place
)
select c.id, a.balance, a.available, c.cost from closed c join account a on a.id = c.account_id`,
};
