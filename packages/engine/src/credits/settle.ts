import type { Store } from '../store/store.ts';
import { chargesJson } from './charges-json.ts';

export interface Settled {
  balance: number;
  /** What can be spent now. */
  available: number;
  /** What was deducted. */
  cost: number;
}

export interface SettleRequest {
  holdId: string;
  cost: number;
  charges: readonly unknown[];
  now: Date;
  /** Nothing happens where the hold is smaller than the cost: the charges have to be cut first. */
  whole?: boolean;
}

/**
 * Closes a hold with its price, never more than was held: the balance falls by it, the rest is free again, the ledger gets
 * its entry. Null where the hold is closed already (settled, released or expired), and nothing is deducted then.
 */
export async function settle(store: Store, request: SettleRequest): Promise<Settled | null> {
  const [row] = await store.query<Settled>(statement, settleValues(request));
  return row ?? null;
}

/** The values of `$1` to `$5`. */
export function settleValues({ holdId, cost, charges, now, whole = false }: SettleRequest): unknown[] {
  return [holdId, cost, chargesJson(charges), now, whole];
}

/** The statement, alone or within a larger one that stands or falls with it; `after` may read `closed` and `account`. */
export function settleText({
  before,
  where = 'true',
  after,
}: {
  before?: string;
  where?: string;
  after?: string;
} = {}): string {
  return `
with ${before ? `${before}, ` : ''}closed as (
  update holds set state = 'settled', cost = least($2::bigint, amount), closed_at = $4::timestamptz
  where id = $1::uuid and state = 'pending' and (not $5::boolean or amount >= $2::bigint) and ${where}
  returning id, account_id, key_id, amount, cost, operation, request_id
), account as (
  update accounts a set held = a.held - c.amount, balance = a.balance - c.cost
  from closed c where a.id = c.account_id
  returning a.id, a.balance, a.balance - a.held as available, c.cost, c.amount, c.key_id
), key as (
  update api_keys k set
    held = k.held - a.amount,
    used = case
      when k.month = m.this then k.used + a.cost
      when k.month > m.this then k.used
      else a.cost
    end,
    month = greatest(k.month, m.this)
  from account a, (select date_trunc('month', $4::timestamptz at time zone 'UTC')::date as this) m
  where k.id = a.key_id
), entry as (
  insert into ledger (account_id, at, kind, amount, balance_after, hold_id, operation, request_id, charges)
  select a.id, $4::timestamptz, 'usage', -c.cost, a.balance, c.id, c.operation, c.request_id, $3::jsonb
  from closed c join account a on a.id = c.account_id
  where c.cost > 0
)${after ? `, ${after}` : ''}
select balance, available, cost from account`;
}

const statement = { name: 'settle', text: settleText() };
