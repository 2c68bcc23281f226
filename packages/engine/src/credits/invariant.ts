import { CompiledQuery } from 'kysely';
import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';

export interface LedgerViolation {
  rule: string;
  accountId: number;
  detail: string;
}

/**
 * Everything in the ledger that does not add up; empty as long as all is well. One statement, so one moment. It reads every hold and
 * every entry, which takes longer than other statements may once there are millions.
 */
export async function ledgerViolations(store: Store): Promise<LedgerViolation[]> {
  const query = CompiledQuery.raw(statement.text, [creditLimits.violationsMax]);
  return store.longSession(async (session) => (await session.executeQuery<LedgerViolation>(query)).rows);
}

const statement = {
  name: 'ledger-violations',
  text: `
with entries as (
  select account_id, sum(amount)::bigint as total from ledger group by account_id
), pending as (
  select account_id, sum(amount)::bigint as total from holds where state = 'pending' group by account_id
), key_pending as (
  select key_id, sum(amount)::bigint as total from holds where state = 'pending' group by key_id
), key_used as (
  select k.id as key_id, sum(h.cost)::bigint as total
  from api_keys k join holds h on h.key_id = k.id
  where h.state = 'settled' and date_trunc('month', h.closed_at at time zone 'UTC')::date = k.month
  group by k.id
), hold_entries as (
  select h.id, h.account_id, h.state, h.cost,
    coalesce(sum(l.amount) filter (where l.kind = 'usage'), 0)::bigint as charged,
    coalesce(sum(l.amount) filter (where l.kind = 'adjust'), 0)::bigint as undone
  from holds h left join ledger l on l.hold_id = h.id
  group by h.id, h.account_id, h.state, h.cost
)
select * from (
  select 'the balance is the sum of the ledger' as rule, a.id as "accountId",
    'balance ' || a.balance || ', ledger ' || coalesce(e.total, 0) as detail
  from accounts a left join entries e on e.account_id = a.id where a.balance <> coalesce(e.total, 0)
  union all
  select 'held is the sum of the pending holds', a.id, 'held ' || a.held || ', holds ' || coalesce(p.total, 0)
  from accounts a left join pending p on p.account_id = a.id where a.held <> coalesce(p.total, 0)
  union all
  select 'held is between 0 and the balance', a.id, 'held ' || a.held || ', balance ' || a.balance
  from accounts a where a.held < 0 or a.held > a.balance
  union all
  select 'a hold is charged once, and as much as it cost', h.account_id,
    'hold ' || h.id || ', ' || h.state || ', cost ' || coalesce(h.cost, 0) || ', charged ' || h.charged || ', undone ' || h.undone
  from hold_entries h
  where h.charged <> -coalesce(h.cost, 0) or h.undone <> case when h.state = 'undone' then h.cost else 0 end
  union all
  select 'what a key holds is the sum of its pending holds', k.account_id,
    'key ' || k.prefix || ', held ' || k.held || ', holds ' || coalesce(p.total, 0)
  from api_keys k left join key_pending p on p.key_id = k.id where k.held <> coalesce(p.total, 0)
  union all
  select 'what a key used is the sum of its settled holds of the month', k.account_id,
    'key ' || k.prefix || ', used ' || k.used || ', settled ' || coalesce(u.total, 0)
  from api_keys k left join key_used u on u.key_id = k.id where k.used <> coalesce(u.total, 0)
) violations
limit $1::integer`,
};
