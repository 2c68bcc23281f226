import type { Store } from '../store/store.ts';
import { announceAnswers } from './announce-answers.ts';
import { cacheLimits } from './limits.ts';

/** Deletes kept answers, in the database and in every process's memory. */
export async function forgetAnswers(store: Store, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += cacheLimits.keysPerNoticeMax) {
    await store.query(statement, [keys.slice(at, at + cacheLimits.keysPerNoticeMax)]);
  }
}

const statement = {
  name: 'forget-answers',
  text: `
with gone as (delete from answers where key = any($1::text[]) returning key)
select ${announceAnswers("string_agg(key, ' ')")} from gone having count(*) > 0`,
};
