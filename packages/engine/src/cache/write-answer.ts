import type { Store } from '../store/store.ts';
import { announceAnswers } from './announce-answers.ts';

export interface AnswerToKeep {
  key: string;
  namespace: string;
  /** Set where answers are kept per account (H2). */
  accountId: number | null;
  body: string;
  /** Milliseconds since the epoch. */
  fetchedAt: number;
}

/** Keeps an answer; a younger one that is there already stays. Other processes hear of it only where an older one is replaced. */
export async function writeAnswer(
  store: Store,
  { key, namespace, accountId, body, fetchedAt }: AnswerToKeep,
): Promise<void> {
  await store.query(statement, [key, namespace, accountId, new Date(fetchedAt), body]);
}

// A notification makes all commits of a server wait for each other, so there is none for the first answer to a key.
const statement = {
  name: 'write-answer',
  text: `
with written as (
  insert into answers as a (key, namespace, account_id, fetched_at, body)
  values ($1::text, $2::text, $3::bigint, $4::timestamptz, $5::text)
  on conflict (key) do update set fetched_at = excluded.fetched_at, body = excluded.body
  where a.fetched_at <= excluded.fetched_at
  returning key
), replaced as (
  select a.key from answers a join written w on w.key = a.key
)
select ${announceAnswers('key')} from replaced`,
};
