import type { Store } from '../store/store.ts';
import { release } from './release.ts';

/** Makes room for a hold of the same id, after a run that nobody ended: gives the old one back, and drops its row. A settled one stays. */
export async function forgetHold(store: Store, { holdId, now }: { holdId: string; now: Date }): Promise<void> {
  await release(store, { holdId, now });
  await store.query(statement, [holdId]);
}

const statement = {
  name: 'hold-forget',
  text: `delete from holds where id = $1::uuid and state in ('released', 'expired')`,
};
