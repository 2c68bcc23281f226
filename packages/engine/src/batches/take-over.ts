import type { EngineContext } from '../context.ts';
import { itemJobId } from './batch-ids.ts';
import { batchLimits } from './limits.ts';

/**
 * Gives back to the queue what workers run that have fallen silent, and lets others lead their fetches and have their places at hosts. A worker that was only
 * slow loses nothing but its work: whoever finishes an item first has answered it, and the other can't.
 */
export async function takeOver({ store, jobs, log }: Pick<EngineContext, 'store' | 'jobs' | 'log'>): Promise<void> {
  const items = await store.query<{
    worker: string;
    batchId: string;
    index: number;
    round: number;
    itemsPerJob: number;
  }>(silentStatement, [batchLimits.workerSilenceSecondsMax]);
  if (items.length === 0) return;
  const workers = [...new Set(items.map(({ worker }) => worker))];
  log.warn({ workers, items: items.length }, 'the items of workers that are gone are run by others');
  await store.query(flightsStatement, [workers]);
  await store.query(slotsStatement, [workers]);
  const ids = [...new Set(items.map(({ batchId, ...item }) => itemJobId(batchId, item)))];
  await jobs.giveBack(
    'batch-items',
    ids.map((id) => ({ id })),
  );
}

const silentStatement = {
  name: 'batch-silent',
  text: `
select i.worker, i.batch_id as "batchId", i.index, i.round, b.items_per_job as "itemsPerJob"
from batch_items i join batches b on b.id = i.batch_id
where i.state = 'running' and not exists (
  select 1 from gateways g where g.id = i.worker and g.heartbeat_at > now() - make_interval(secs => $1::integer)
)
limit 1000`,
};
const slotsStatement = {
  name: 'batch-silent-slots',
  text: `delete from slots where gateway_id = any($1::uuid[])`,
};
const flightsStatement = {
  name: 'batch-silent-flights',
  text: `delete from flights where owner = any($1::uuid[]) and outcome is null`,
};
