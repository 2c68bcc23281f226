import { LeadGenError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { hashApiKey, keyPrefix, newApiKey } from './api-key.ts';
import { accountLimits } from './limits.ts';

export interface CreatedKey {
  prefix: string;
  /** Told this once. */
  apiKey: string;
  cap: number | null;
  operations: string[] | null;
  approveAbove: number;
}

/**
 * A further key of an account, with its own ceiling of credits per calendar month (UTC) and its own operations.
 * Null where the account is missing or closed, or has as many keys as one may have.
 */
export async function createKey(
  store: Store,
  {
    accountId,
    name = null,
    cap = null,
    operations = null,
    approveAbove = accountLimits.approveAboveDefault,
    now,
  }: {
    accountId: number;
    name?: string | null;
    cap?: number | null;
    /** `search`, `crawl`, `ads`, `places`, `reviews`; null = all. */
    operations?: string[] | null;
    approveAbove?: number;
    now: Date;
  },
): Promise<CreatedKey | null> {
  if (name !== null && name.length > accountLimits.keyNameCharactersMax) {
    throw new LeadGenError(
      'invalid_param',
      `Parameter: name: at most ${accountLimits.keyNameCharactersMax} characters.`,
    );
  }
  const apiKey = newApiKey();
  const prefix = keyPrefix(apiKey);
  const rows = await store.query(statement, [
    accountId,
    hashApiKey(apiKey),
    prefix,
    name,
    cap,
    operations,
    approveAbove,
    now,
    accountLimits.keysPerAccountMax,
  ]);
  return rows.length > 0 ? { prefix, apiKey, cap, operations, approveAbove } : null;
}

const statement = {
  name: 'create-key',
  text: `
insert into api_keys (account_id, hash, prefix, name, cap, operations, approve_above, created_at)
select id, $2::text, $3::text, $4::text, $5::bigint, $6::text[], $7::integer, $8::timestamptz
from accounts a
where id = $1::bigint and closed_at is null
  and (select count(*) from api_keys k where k.account_id = a.id and k.revoked_at is null) < $9::integer
returning id`,
};
