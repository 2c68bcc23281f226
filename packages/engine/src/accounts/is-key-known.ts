import type { Store } from '../store/store.ts';
import { hashApiKey } from './api-key.ts';

/** Whether a key works for any account: then it was the user ID that was wrong. Tells nothing to who does not hold a working key. */
export async function isKeyKnown(store: Store, apiKey: string): Promise<boolean> {
  return (await store.query(statement, [hashApiKey(apiKey)])).length > 0;
}

const statement = {
  name: 'is-key-known',
  text: `
select 1 from api_keys k join accounts a on a.id = k.account_id
where k.hash = $1::text and k.revoked_at is null and a.closed_at is null limit 1`,
};
