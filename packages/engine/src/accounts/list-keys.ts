import type { Store } from '../store/store.ts';

export interface ListedKey {
  prefix: string;
  name: string | null;
  cap: number | null;
  /** Credits deducted in this calendar month (UTC). */
  usedThisMonth: number;
  operations: string[] | null;
  approveAbove: number;
  createdAt: Date;
}

/** The keys of an account that work, oldest first. */
export async function listKeys(
  store: Store,
  { accountId, now }: { accountId: number; now: Date },
): Promise<ListedKey[]> {
  return store.query<ListedKey>(statement, [accountId, now]);
}

const statement = {
  name: 'list-keys',
  text: `
select prefix, name, cap, operations, approve_above as "approveAbove", created_at as "createdAt",
  case when month >= date_trunc('month', $2::timestamptz at time zone 'UTC')::date then used else 0 end as "usedThisMonth"
from api_keys where account_id = $1::bigint and revoked_at is null order by id`,
};
