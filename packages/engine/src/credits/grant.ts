import type { Store } from '../store/store.ts';

/**
 * Adds credits, or takes free ones away, in one statement with the ledger's entry. `amount` is never 0; a negative one goes
 * down to what is available at most. Null where the account is missing or closed, or has too little available.
 */
export async function grant(
  store: Store,
  {
    accountId,
    amount,
    note,
    now,
    kind = 'grant',
  }: { accountId: number; amount: number; note: string | null; now: Date; kind?: 'grant' | 'adjust' },
): Promise<{ balance: number; held: number; available: number } | null> {
  const [row] = await store.query<{ balance: number; held: number; available: number }>(statement, [
    accountId,
    amount,
    note,
    now,
    kind,
  ]);
  return row ?? null;
}

const statement = {
  name: 'grant',
  text: `
with account as (
  update accounts set balance = balance + $2::bigint
  where id = $1::bigint and closed_at is null and $2::bigint <> 0 and balance + $2::bigint >= held
    and balance + $2::bigint <= 9007199254740991
  returning id, balance, held
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, note)
  select id, $4::timestamptz, $5::text, $2::bigint, balance, $3::text from account
)
select balance, held, balance - held as available from account`,
};
