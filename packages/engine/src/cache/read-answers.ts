import type { Store } from '../store/store.ts';

/** A kept answer: its text and when it was fetched, milliseconds since the epoch. */
export interface StoredAnswer {
  body: string;
  fetchedAt: number;
}

/** The kept answers of many keys, in one statement. A key without one is not in the map. */
export async function readAnswers(store: Store, keys: readonly string[]): Promise<Map<string, StoredAnswer>> {
  if (keys.length === 0) return new Map();
  const rows = await store.query<{ key: string; body: string; fetchedAt: Date }>(statement, [keys]);
  return new Map(rows.map(({ key, body, fetchedAt }) => [key, { body, fetchedAt: fetchedAt.getTime() }]));
}

const statement = {
  name: 'read-answers',
  text: `select key, body, fetched_at as "fetchedAt" from answers where key = any($1::text[])`,
};
