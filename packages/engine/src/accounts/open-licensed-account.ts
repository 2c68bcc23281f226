import type { Store } from '../store/store.ts';

/** Opens the account of a user whom a licence service vouches for, once, with the opening credits. False where it was there. */
export async function openLicensedAccount(
  store: Store,
  { userId, credits, now }: { userId: number; credits: number; now: Date },
): Promise<boolean> {
  const rows = await store.query(statement, [userId, credits, now]);
  return rows.length > 0;
}

const statement = {
  name: 'open-licensed-account',
  text: `
with account as (
  insert into accounts (id, balance, created_at) values ($1::bigint, $2::bigint, $3::timestamptz)
  on conflict (id) do nothing
  returning id, balance
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, note)
  select id, $3::timestamptz, 'grant', balance, balance, 'opening credits of the first log-in' from account where balance <> 0
)
select id from account`,
};
