import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { cacheLimits } from './limits.ts';

/**
 * Deletes kept answers that nobody may use any more, each by the lifetime of its name space; `secondsOf` tells it, undefined where the
 * name space is not known any more. Answers how many.
 */
export async function pruneAnswers(
  store: Store,
  { now, secondsOf }: { now: Date; secondsOf: (namespace: string) => number | undefined },
): Promise<number> {
  let total = 0;
  for (const { namespace } of await store.query<{ namespace: string }>(namespacesStatement, [])) {
    const seconds = secondsOf(namespace) ?? cacheLimits.answerDaysMax * 86_400;
    const before = new Date(now.getTime() - seconds * 1_000);
    total += await deleteInSteps(store, answersStatement, [namespace, before], cacheLimits.prune);
  }
  return total;
}

// From one name to the next in the index: all rows would have to be read for `distinct`.
const namespacesStatement = {
  name: 'answer-namespaces',
  text: `
with recursive spaces as (
  (select namespace from answers order by namespace limit 1)
  union all
  select (select a.namespace from answers a where a.namespace > s.namespace order by a.namespace limit 1)
  from spaces s where s.namespace is not null
)
select namespace from spaces where namespace is not null`,
};
const answersStatement = {
  name: 'prune-answers',
  text: `
with due as (
  select key from answers where namespace = $2::text and fetched_at < $3::timestamptz
  order by fetched_at limit $1::integer for update skip locked
), gone as (
  delete from answers a using due d where a.key = d.key and a.fetched_at < $3::timestamptz returning 1
)
select count(*) as gone from gone`,
};
