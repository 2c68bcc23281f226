import type { Store } from '../store/store.ts';

export interface HoldRequest {
  /** A fresh UUID; a second hold under the same one is refused by the database. */
  holdId: string;
  accountId: number;
  /** Null where the account was not reached through a key of ours. */
  keyId: number | null;
  /** The highest price of the call, credits. */
  amount: number;
  operation: string;
  requestId: string;
  gatewayId: string;
  now: Date;
  expiresAt: Date;
  /** All of `amount` or nothing; otherwise what there is, from 1 on (C16). */
  exact?: boolean;
}

/**
 * Reserves credits in one statement: at most what the account has free, and what the key may still spend in this calendar
 * month (UTC). Null where nothing is available. Nobody can spend what is held, so parallel calls never overdraw (C17).
 */
export async function hold(store: Store, request: HoldRequest): Promise<{ held: number; available: number } | null> {
  const [row] = await store.query<{ held: number; available: number }>(statement, [
    request.holdId,
    request.accountId,
    request.keyId,
    request.amount,
    request.exact ? request.amount : 1,
    request.operation,
    request.requestId,
    request.gatewayId,
    request.now,
    request.expiresAt,
  ]);
  return row ?? null;
}

// Rows are locked in the order account, key everywhere, so that no two statements wait for each other.
// The update sets both columns from the locked row: PostgreSQL checks constraints on a first draft of the new row, made of
// the version that the statement's snapshot sees, before it notices that the row has moved on. A draft that mixed an old
// `held` with what is available now would break `held <= balance` although the real new row does not.
const statement = {
  name: 'hold',
  text: `
with account as (
  select id, balance, held, balance - held as available from accounts
  where id = $2::bigint and closed_at is null
  for no key update
), key as (
  select k.id, k.cap - k.held
    - case when k.month >= date_trunc('month', $9::timestamptz at time zone 'UTC')::date then k.used else 0 end as available
  from account a join api_keys k on k.account_id = a.id
  where k.id = $3::bigint
  for no key update of k
), wanted as (
  select a.id, a.balance, a.held, least($4::bigint, a.available, k.available) as amount
  from account a left join key k on true
  where $3::bigint is null or k.id is not null
), taken as (
  update accounts a set held = w.held + w.amount, balance = w.balance
  from wanted w
  where a.id = w.id and w.amount >= $5::bigint
  returning a.id, w.amount, a.balance - a.held as available
), key_taken as (
  update api_keys k set held = k.held + t.amount from taken t where k.id = $3::bigint
), made as (
  insert into holds (id, account_id, key_id, gateway_id, operation, request_id, amount, expires_at, created_at)
  select $1::uuid, t.id, $3::bigint, $8::uuid, $6::text, $7::text, t.amount, $10::timestamptz, $9::timestamptz from taken t
)
select amount as held, available from taken`,
};
