import type { Store } from '../store/store.ts';

/** Gives a hold back, free of charge. Null where it is closed already. */
export async function release(
  store: Store,
  { holdId, now }: { holdId: string; now: Date },
): Promise<{ balance: number; available: number } | null> {
  const [row] = await store.query<{ balance: number; available: number }>(statement, [holdId, now]);
  return row ?? null;
}

const statement = {
  name: 'release',
  text: `
with closed as (
  update holds set state = 'released', closed_at = $2::timestamptz
  where id = $1::uuid and state = 'pending'
  returning account_id, key_id, amount
), account as (
  update accounts a set held = a.held - c.amount from closed c where a.id = c.account_id
  returning a.balance, a.balance - a.held as available, c.key_id, c.amount
), key as (
  update api_keys k set held = k.held - a.amount from account a where k.id = a.key_id
)
select balance, available from account`,
};
