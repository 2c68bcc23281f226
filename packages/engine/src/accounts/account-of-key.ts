import type { Store } from '../store/store.ts';
import { hashApiKey } from './api-key.ts';

/** The user whose key this is, where a caller names none. Null for an unknown key, or one that several accounts share. */
export async function accountOfKey(store: Store, apiKey: string): Promise<number | null> {
  const rows = await store.query<{ userId: number }>(statement, [hashApiKey(apiKey)]);
  return rows.length === 1 ? rows[0]!.userId : null;
}

const statement = {
  name: 'account-of-key',
  text: `
select k.account_id as "userId" from api_keys k join accounts a on a.id = k.account_id
where k.hash = $1::text and k.revoked_at is null and a.closed_at is null limit 2`,
};
