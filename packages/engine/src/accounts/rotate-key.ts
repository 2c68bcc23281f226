import type { Store } from '../store/store.ts';
import { announceAccount } from './announce-change.ts';
import { hashApiKey, keyPrefix, newApiKey } from './api-key.ts';

/**
 * A new key for the account; every key it had stops working with the same commit, other processes hear of it at once and
 * find out by themselves within 5 s. Null where the account is missing or closed. The key is told this once.
 */
export async function rotateKey(
  store: Store,
  { accountId, now, apiKey = newApiKey() }: { accountId: number; now: Date; apiKey?: string },
): Promise<{ apiKey: string; prefix: string } | null> {
  const prefix = keyPrefix(apiKey);
  const rows = await store.query(statement, [accountId, hashApiKey(apiKey), prefix, now]);
  return rows.length > 0 ? { apiKey, prefix } : null;
}

const statement = {
  name: 'rotate-key',
  text: `
with account as (
  select id from accounts where id = $1::bigint and closed_at is null
), revoked as (
  update api_keys k set revoked_at = $4::timestamptz
  from account a where k.account_id = a.id and k.revoked_at is null
), made as (
  insert into api_keys (account_id, hash, prefix, created_at) select id, $2::text, $3::text, $4::timestamptz from account
)
select ${announceAccount('id')} from account`,
};
