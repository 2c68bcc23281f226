import type { Store } from '../store/store.ts';
import type { Account } from './account.ts';
import { accountLimits } from './limits.ts';

/**
 * An open account without its key, for the operator's own commands, and how many open ones there are. Where `userId` is null,
 * any of them: it is the only one where `open` is 1.
 */
export async function countedAccount(
  store: Store,
  userId: number | null,
): Promise<{ account: Account | null; open: number }> {
  const [row] = await store.query<{ id: number | null; balance: number; held: number; open: number }>(statement, [
    userId,
  ]);
  const { id = null, balance = 0, held = 0, open = 0 } = row ?? {};
  if (id === null) return { account: null, open };
  const approveAbove = accountLimits.approveAboveDefault;
  return { account: { id, keyId: null, operations: null, balance, held, approveAbove }, open };
}

const statement = {
  name: 'counted-account',
  text: `
select a.id, a.balance, a.held, counted.open
from (select count(*) as open from accounts where closed_at is null) counted
left join lateral (
  select id, balance, held from accounts
  where closed_at is null and ($1::bigint is null or id = $1::bigint) order by id limit 1
) a on true`,
};
