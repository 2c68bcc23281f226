import type { Store } from '../store/store.ts';

/** The account (null: none, or closed), the key of it that was given (null: not one of ours), the cached answer (null: none). */
export interface AccountAndAnswer {
  account: { id: number; balance: number; held: number } | null;
  key: { id: number; operations: string[] | null; approveAbove: number } | null;
  answer: { body: string; fetchedAt: number } | null;
}

/** The hot path: who calls and what is cached for the call, in one prepared statement, one round trip. */
export async function authenticateAndRead(
  store: Store,
  { accountId, keyHash, answerKey }: { accountId: number; keyHash: string; answerKey: string | null },
): Promise<AccountAndAnswer> {
  const [row] = await store.query<Row>(statement, [accountId, keyHash, answerKey]);
  if (!row) throw new Error('a row is always answered');
  return {
    account: row.id === null ? null : { id: row.id, balance: row.balance, held: row.held },
    key: row.keyId === null ? null : { id: row.keyId, operations: row.operations, approveAbove: row.approveAbove },
    answer: row.body === null ? null : { body: row.body, fetchedAt: row.fetchedAt.getTime() },
  };
}

interface Row {
  id: number | null;
  balance: number;
  held: number;
  keyId: number | null;
  operations: string[] | null;
  approveAbove: number;
  body: string | null;
  fetchedAt: Date;
}

const statement = {
  name: 'authenticate-and-read',
  text: `
select a.id, a.balance, a.held, k.id as "keyId", k.operations, k.approve_above as "approveAbove",
  c.body, c.fetched_at as "fetchedAt"
from (values (1)) one
left join accounts a on a.id = $1::bigint and a.closed_at is null
left join api_keys k on k.account_id = a.id and k.hash = $2::text and k.revoked_at is null
left join answers c on c.key = $3::text`,
};
