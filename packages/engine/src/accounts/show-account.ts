import type { Store } from '../store/store.ts';

export interface ShownAccount {
  userId: number;
  balance: number;
  held: number;
  /** What can be spent: the balance without what is held. */
  available: number;
  createdAt: Date;
  closedAt: Date | null;
  /** Keys that work, oldest first. */
  keys: { prefix: string; createdAt: Date }[];
}

/** An account and its keys; null where there is none. */
export async function showAccount(store: Store, userId: number): Promise<ShownAccount | null> {
  const [row] = await store.query<Omit<ShownAccount, 'keys'> & { prefixes: string[]; dates: Date[] }>(statement, [
    userId,
  ]);
  if (!row) return null;
  const { prefixes, dates, ...account } = row;
  return { ...account, keys: prefixes.map((prefix, index) => ({ prefix, createdAt: dates[index]! })) };
}

const statement = {
  name: 'show-account',
  text: `
select a.id as "userId", a.balance, a.held, a.balance - a.held as available,
  a.created_at as "createdAt", a.closed_at as "closedAt",
  coalesce(array_agg(k.prefix order by k.id) filter (where k.id is not null), '{}') as prefixes,
  coalesce(array_agg(k.created_at order by k.id) filter (where k.id is not null), '{}') as dates
from accounts a left join api_keys k on k.account_id = a.id and k.revoked_at is null
where a.id = $1::bigint
group by a.id`,
};
