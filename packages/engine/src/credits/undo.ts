import type { Store } from '../store/store.ts';

/**
 * Takes a charge back that no answer was given for: the ledger gets an `adjust` entry of the same size. Null where the hold is
 * not settled, or undone already.
 */
export async function undo(
  store: Store,
  { holdId, now }: { holdId: string; now: Date },
): Promise<{ balance: number; cost: number } | null> {
  const [row] = await store.query<{ balance: number; cost: number }>(statement, [holdId, now]);
  return row ?? null;
}

const statement = {
  name: 'undo',
  text: `
with undone as (
  update holds set state = 'undone' where id = $1::uuid and state = 'settled'
  returning id, account_id, key_id, cost, closed_at, operation, request_id
), account as (
  update accounts a set balance = a.balance + u.cost from undone u where a.id = u.account_id
  returning a.id, a.balance, u.cost, u.key_id, u.closed_at
), key as (
  update api_keys k set used = k.used - a.cost from account a
  where k.id = a.key_id and k.month = date_trunc('month', a.closed_at at time zone 'UTC')::date
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, hold_id, operation, request_id, note)
  select a.id, $2::timestamptz, 'adjust', u.cost, a.balance, u.id, u.operation, u.request_id,
    'charge undone: the answer could not be given'
  from undone u join account a on a.id = u.account_id
  where u.cost > 0
)
select balance, cost from account`,
};
