import type { Store } from '../store/store.ts';
import { announceAccount } from './announce-change.ts';

/**
 * Revokes the key with this prefix, of one account or (`accountId` null) of any. Where several keys have it, none is
 * revoked; the answer tells how many there are.
 */
export async function revokeKey(
  store: Store,
  { prefix, accountId = null, now }: { prefix: string; accountId?: number | null; now: Date },
): Promise<{ revoked: boolean; matching: number }> {
  const [row] = await store.query<{ matching: number }>(statement, [prefix, accountId, now]);
  const matching = row?.matching ?? 0;
  return { revoked: matching === 1, matching };
}

const statement = {
  name: 'revoke-key',
  text: `
with matching as (
  select id from api_keys
  where prefix = $1::text and revoked_at is null and ($2::bigint is null or account_id = $2::bigint)
), revoked as (
  update api_keys k set revoked_at = $3::timestamptz
  from matching m where k.id = m.id and (select count(*) from matching) = 1
  returning k.account_id
)
select (select count(*) from matching) as matching, (select ${announceAccount('account_id')} from revoked) as told`,
};
