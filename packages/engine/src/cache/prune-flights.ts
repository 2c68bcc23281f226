import { deleteInSteps } from '../store/delete-in-steps.ts';
import type { Store } from '../store/store.ts';
import { cacheLimits } from './limits.ts';

/** Deletes the rows of flights that landed, or whose leader died, some time ago; answers how many. */
export async function pruneFlights(store: Store): Promise<number> {
  return deleteInSteps(store, statement, [], cacheLimits.pruneFlights);
}

const statement = {
  name: 'prune-flights',
  text: `
with due as (
  select key from flights where expires_at < now() limit $1::integer for update skip locked
), gone as (
  delete from flights f using due d where f.key = d.key and f.expires_at < now() returning 1
)
select count(*) as gone from gone`,
};
