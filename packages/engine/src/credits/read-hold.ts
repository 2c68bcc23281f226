import type { Store } from '../store/store.ts';

/** How a hold stands, with its account's balance of now; null where it never was. */
export async function readHold(
  store: Store,
  holdId: string,
): Promise<{
  state: 'pending' | 'settled' | 'undone' | 'released' | 'expired';
  amount: number;
  cost: number | null;
  balance: number;
  available: number;
} | null> {
  const [row] = await store.query<NonNullable<Awaited<ReturnType<typeof readHold>>>>(statement, [holdId]);
  return row ?? null;
}

const statement = {
  name: 'read-hold',
  text: `
select h.state, h.amount, h.cost, a.balance, a.balance - a.held as available
from holds h join accounts a on a.id = h.account_id
where h.id = $1::uuid`,
};
