import type { Store } from '../store/store.ts';
import { announceAccount } from './announce-change.ts';

/** Closes an account for good: its keys stop working, its balance stays in the books. False where none is open. */
export async function closeAccount(
  store: Store,
  { accountId, now }: { accountId: number; now: Date },
): Promise<boolean> {
  const rows = await store.query(statement, [accountId, now]);
  return rows.length > 0;
}

const statement = {
  name: 'close-account',
  text: `
with account as (
  update accounts set closed_at = $2::timestamptz where id = $1::bigint and closed_at is null returning id
), revoked as (
  update api_keys k set revoked_at = $2::timestamptz
  from account a where k.account_id = a.id and k.revoked_at is null
)
select ${announceAccount('id')} from account`,
};
