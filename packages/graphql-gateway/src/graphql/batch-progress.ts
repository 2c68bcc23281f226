import { type Batch, isConnectionFault, readBatch } from '@leadgen/engine';
import { batchType, ownBatch } from './batches.ts';
import { builder } from './builder.ts';
import type { GraphContext } from './graph-context.ts';
import { batchProgressLimits } from './limits.ts';

/** A batch as it goes on, until it has ended. */
builder.subscriptionField('batchProgress', (t) =>
  t.field({
    type: batchType,
    description:
      'The batch as it stands, at once and whenever it has changed; the stream ends when the batch has. Free.',
    args: { id: t.arg.id({ required: true, description: 'The batch.' }) },
    subscribe: async (_root, { id }, context) => progressOf(context, await ownBatch(context, id)),
    resolve: (batch) => batch,
  }),
);

async function* progressOf({ engine, account, signal }: GraphContext, first: Batch): AsyncGenerator<Batch> {
  const { clock, store } = engine;
  const end = clock.now() + batchProgressLimits.listenMillisecondsMax;
  let told = first;
  yield first;
  while (!told.finishedAt && !signal.aborted && clock.now() < end) {
    await clock.sleep(batchProgressLimits.pollMilliseconds, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      const batch = await readBatch(store, { accountId: account!.id, id: first.id });
      if (!batch) return;
      if (sameState(batch, told)) continue;
      told = batch;
    } catch (error) {
      // A database that restarts ends nobody's stream.
      if (!isConnectionFault(error)) throw error;
      continue;
    }
    yield told;
  }
}

function sameState(a: Batch, b: Batch): boolean {
  return (
    a.status === b.status &&
    a.done === b.done &&
    a.failed === b.failed &&
    a.creditsUsed === b.creditsUsed &&
    a.finishedAt?.getTime() === b.finishedAt?.getTime()
  );
}
