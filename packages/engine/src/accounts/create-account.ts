import type { Store } from '../store/store.ts';
import { checkApiKey, hashApiKey, keyPrefix, newApiKey } from './api-key.ts';

/**
 * Opens an account with its first key, and the ledger entry of its opening credits, in one statement.
 * `apiKey` is any string that an existing client already uses; without it a key is made. It is told this once.
 * Null where the account exists.
 */
export async function createAccount(
  store: Store,
  {
    userId,
    credits = 0,
    apiKey = newApiKey(),
    note = 'opening balance',
    now,
  }: { userId: number; credits?: number; apiKey?: string; note?: string; now: Date },
): Promise<{ userId: number; apiKey: string; balance: number } | null> {
  checkApiKey(apiKey);
  const [row] = await store.query<{ balance: number }>(statement, [
    userId,
    credits,
    hashApiKey(apiKey),
    keyPrefix(apiKey),
    note,
    now,
  ]);
  return row ? { userId, apiKey, balance: row.balance } : null;
}

const statement = {
  name: 'create-account',
  text: `
with account as (
  insert into accounts (id, balance, created_at) values ($1::bigint, $2::bigint, $6::timestamptz)
  on conflict (id) do nothing
  returning id, balance
), key as (
  insert into api_keys (account_id, hash, prefix, created_at) select id, $3::text, $4::text, $6::timestamptz from account
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, note)
  select id, $6::timestamptz, 'grant', balance, balance, $5::text from account where balance <> 0
)
select balance from account`,
};
