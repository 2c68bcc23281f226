import type { Store } from '../store/store.ts';
import { hashApiKey, keyPrefix } from './api-key.ts';

export type ImportedAccount = 'created' | 'key added' | 'unchanged';

/**
 * Takes an account of another installation over, with the key that its clients use. Repeatable: an account that is here keeps
 * its balance, a key that is here stays as it is, revoked ones too.
 */
export async function importAccount(
  store: Store,
  {
    userId,
    apiKey,
    credits,
    now,
  }: { userId: number /** Null: the account alone. */; apiKey: string | null; credits: number; now: Date },
): Promise<ImportedAccount> {
  const [row] = await store.query<{ created: boolean; added: boolean }>(statement, [
    userId,
    credits,
    apiKey === null ? null : hashApiKey(apiKey),
    apiKey === null ? null : keyPrefix(apiKey),
    now,
  ]);
  if (row?.created) return 'created';
  return row?.added ? 'key added' : 'unchanged';
}

const statement = {
  name: 'import-account',
  text: `
with account as (
  insert into accounts (id, balance, created_at) values ($1::bigint, $2::bigint, $5::timestamptz)
  on conflict (id) do nothing
  returning id, balance
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, note)
  select id, $5::timestamptz, 'grant', balance, balance, 'balance of the import' from account where balance <> 0
), key as (
  insert into api_keys (account_id, hash, prefix, created_at)
  select $1::bigint, $3::text, $4::text, $5::timestamptz
  where $3::text is not null
    and not exists (select 1 from accounts where id = $1::bigint and closed_at is not null)
  on conflict (account_id, hash) do nothing
  returning id
)
select exists (select 1 from account) as created, exists (select 1 from key) as added`,
};
