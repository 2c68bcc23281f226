import type { Store } from '../store/store.ts';
import { creditLimits } from './limits.ts';

export interface LedgerEntry {
  id: number;
  at: Date;
  kind: 'grant' | 'usage' | 'adjust';
  /** Negative for usage; the sum over an account's entries is its balance. */
  amount: number;
  balanceAfter: number;
  operation: string | null;
  requestId: string | null;
  charges: unknown[] | null;
  note: string | null;
}

/** An account's entries, newest first; `beforeId` is the last id of the page before. At most 1,000 at once. */
export async function ledgerEntries(
  store: Store,
  {
    accountId,
    limit = creditLimits.ledgerEntriesMax,
    beforeId = null,
  }: { accountId: number; limit?: number; beforeId?: number | null },
): Promise<LedgerEntry[]> {
  return store.query<LedgerEntry>(statement, [accountId, beforeId, Math.min(limit, creditLimits.ledgerEntriesMax)]);
}

const statement = {
  name: 'ledger-entries',
  text: `
select id, at, kind, amount, balance_after as "balanceAfter", operation, request_id as "requestId", charges, note
from ledger
where account_id = $1::bigint and ($2::bigint is null or id < $2::bigint)
order by id desc limit $3::integer`,
};
