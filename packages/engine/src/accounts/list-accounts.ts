import type { Store } from '../store/store.ts';
import { accountLimits } from './limits.ts';

export interface ListedAccount {
  userId: number;
  balance: number;
  held: number;
  available: number;
  createdAt: Date;
  closedAt: Date | null;
}

/** Accounts in the order of their ids; `afterId` is the last one of the page before. At most 1,000 at once. */
export async function listAccounts(
  store: Store,
  { limit = accountLimits.accountsPerPageMax, afterId = 0 }: { limit?: number; afterId?: number } = {},
): Promise<ListedAccount[]> {
  return store.query<ListedAccount>(statement, [afterId, Math.min(limit, accountLimits.accountsPerPageMax)]);
}

const statement = {
  name: 'list-accounts',
  text: `
select id as "userId", balance, held, balance - held as available, created_at as "createdAt", closed_at as "closedAt"
from accounts where id > $1::bigint order by id limit $2::integer`,
};
