import type { Store } from '../store/store.ts';

/** What an account used on a day (UTC) by one operation. */
export interface DailyUsage {
  day: string;
  operation: string | null;
  calls: number;
  credits: number;
}

/** Paid calls and their credits by day and operation, newest first. */
export async function usageByDay(
  store: Store,
  { accountId, since }: { accountId: number; since: Date },
): Promise<DailyUsage[]> {
  return store.query<DailyUsage>(statement, [accountId, since]);
}

const statement = {
  name: 'usage-by-day',
  text: `
select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, operation, count(*)::integer as calls, -sum(amount)::bigint as credits
from ledger
where account_id = $1::bigint and kind = 'usage' and at >= $2::timestamptz
group by 1, 2
order by 1 desc, 2`,
};
