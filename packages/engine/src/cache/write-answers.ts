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

/** Keeps answers, one for a key; a younger one that is there already stays. Other processes hear of it only where an older one is replaced. */
export async function writeAnswers(store: Store, answers: readonly AnswerToKeep[]): Promise<void> {
  await store.query(statement, [
    answers.map(({ key }) => key),
    answers.map(({ namespace }) => namespace),
    answers.map(({ accountId }) => accountId),
    answers.map(({ fetchedAt }) => new Date(fetchedAt)),
    answers.map(({ body }) => body),
  ]);
}

// A notification makes all commits of a server wait for each other, so there is none for the first answer to a key.
const statement = {
  name: 'write-answers',
  text: `
with written as (
  insert into answers as a (key, namespace, account_id, fetched_at, body)
  select * from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[]) as given (key) order by key
  on conflict (key) do update set fetched_at = excluded.fetched_at, body = excluded.body
  where a.fetched_at <= excluded.fetched_at
  returning key
), replaced as (
  select a.key from answers a join written w on w.key = a.key
)
select ${announceAnswers('key')} from replaced`,
};
