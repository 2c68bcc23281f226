import type { Store } from '../store/store.ts';
import { cacheLimits } from './limits.ts';

/** Deletes answers and idempotency rows that nobody may use any more, some hundred a statement; answers how many. */
export async function pruneAnswers(store: Store, { now }: { now: Date }): Promise<number> {
  const answersBefore = new Date(now.getTime() - cacheLimits.answerDaysMax * 86_400_000);
  const idempotencyBefore = new Date(now.getTime() - cacheLimits.idempotencyHoursMax * 3_600_000);
  let total = 0;
  for (const [statement, before] of [
    [answersStatement, answersBefore],
    [idempotencyStatement, idempotencyBefore],
  ] as const) {
    for (let step = 0; step < cacheLimits.pruneStepsMax; step += 1) {
      const [row] = await store.query<{ gone: number }>(statement, [cacheLimits.pruneRowsMax, before]);
      total += row?.gone ?? 0;
      if ((row?.gone ?? 0) < cacheLimits.pruneRowsMax) break;
    }
  }
  return total;
}

const answersStatement = {
  name: 'prune-answers',
  text: `
with due as (
  select key from answers
  where fetched_at < $2::timestamptz
  limit $1::integer
), gone as (
  delete from answers where key in (select key from due) and fetched_at < $2::timestamptz returning 1
)
select count(*) as gone from gone`,
};
const idempotencyStatement = {
  name: 'prune-idempotency',
  text: `
with due as (
  select account_id, key from idempotency where created_at < $2::timestamptz limit $1::integer
), gone as (
  delete from idempotency i using due d where i.account_id = d.account_id and i.key = d.key returning 1
)
select count(*) as gone from gone`,
};
