import type { Store } from '../store/store.ts';

export interface Spendable {
  balance: number;
  /** What other calls hold and this caller could still get when they give it back. */
  held: number;
  /** What this caller could hold now. */
  available: number;
}

/** What a caller can spend: the account's free credits, under the ceiling of the key. A closed account has nothing. */
export async function readAvailable(
  store: Store,
  accountId: number,
  keyId: number | null,
  now: Date,
): Promise<Spendable> {
  const [row] = await store.query<Spendable>(statement, [accountId, keyId, now]);
  return row ?? { balance: 0, held: 0, available: 0 };
}

const statement = {
  name: 'read-available',
  text: `
select a.balance,
  greatest(least(a.balance - a.held, k.cap_left - k.held), 0) as available,
  case
    when k.cap_left <= 0 then 0
    when k.cap_left - k.held <= 0 then k.held
    else a.held
  end as held
from accounts a
left join (
  select account_id, held,
    cap - case when month >= date_trunc('month', $3::timestamptz at time zone 'UTC')::date then used else 0 end as cap_left
  from api_keys where id = $2::bigint
) k on k.account_id = a.id
where a.id = $1::bigint and a.closed_at is null`,
};
