import {
  batchLimits,
  cancelBatch,
  createBatchDraft,
  operations,
  retryFailed,
  rotateWebhookSecret,
} from '@leadgen/engine';
import { serverLimits } from '../limits.ts';
import { operationEnum } from './account.ts';
import { batchType, foundBatch } from './batches.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import type { GraphContext } from './graph-context.ts';

const webhookSecret = builder.objectRef<{ secret: string }>('WebhookSecret').implement({
  description: 'The secret that signs webhooks, told this once.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: '`whsec_…`, as Standard Webhooks spells it. Keep it now.' }),
  }),
});

builder.mutationFields((t) => ({
  submitBatch: t.field({
    type: batchType,
    nullable: true,
    description: `Sends up to ${batchLimits.inputsMax} inputs of one operation to the workers. A body here is at most ${serverLimits.graphqlBodyBytesMax / 1024} kB; POST /batches takes the large ones.`,
    args: {
      operation: t.arg({ type: operationEnum, required: true, description: 'The operation.' }),
      inputs: t.arg({
        type: ['JSON'],
        required: { list: true, items: false },
        description:
          'The inputs: objects of the operation\'s arguments, such as {domain: "example.com"}. Other fields come back with the results. One that is no such object is a free row with an error.',
      }),
      maxCredits: t.arg.int({ description: 'A ceiling on the whole batch: inputs run while it lasts.' }),
      webhookUrl: t.arg.string({
        description: 'Called when the batch has ended, with the headers of Standard Webhooks.',
      }),
      idempotencyKey: t.arg.string({
        description: 'The same order under the same key within 24 hours is the same batch.',
      }),
    },
    resolve: async (_root, { operation, inputs, maxCredits, webhookUrl, idempotencyKey }, context) => {
      const draft = createBatchDraft(context.engine, { account: callerOf(context) });
      await draft.add(inputs);
      const ceiling = await ceilingOf(context, maxCredits);
      try {
        return await draft.submit({
          operation: operations.find(({ key }) => key === operation)!.name,
          maxCredits: ceiling.credits,
          webhookUrl: webhookUrl ?? null,
          idempotencyKey: idempotencyKey ?? null,
        });
      } catch (error) {
        ceiling.giveBack();
        throw error;
      }
    },
  }),
  cancelBatch: t.field({
    type: batchType,
    nullable: true,
    description: 'Cancels what has not started; what runs, ends. One that has ended stays as it is.',
    args: { id: t.arg.id({ required: true, description: 'The batch.' }) },
    resolve: async (_root, { id }, context) => {
      const { store, clock } = context.engine;
      const now = new Date(clock.now());
      return foundBatch(await cancelBatch(store, { accountId: callerOf(context).id, id: String(id), now }));
    },
  }),
  retryFailed: t.field({
    type: batchType,
    nullable: true,
    description: 'Sends the failed inputs of a batch to the workers once more.',
    args: { id: t.arg.id({ required: true, description: 'The batch.' }) },
    resolve: async (_root, { id }, context) =>
      foundBatch(await retryFailed(context.engine, { accountId: callerOf(context).id, id: String(id) })),
  }),
  rotateWebhookSecret: t.field({
    type: webhookSecret,
    nullable: true,
    description: "Gives the account a new secret for its webhooks' signatures; the old one signs nothing any more.",
    resolve: async (_root, _arguments, context) => {
      const { store, clock } = context.engine;
      const now = new Date(clock.now());
      return { secret: await rotateWebhookSecret(store, { accountId: callerOf(context).id, now }) };
    },
  }),
}));

/** A ceiling on the request (`X-Max-Credits`) holds for what the batch will spend later: it is set aside for good. */
async function ceilingOf(
  { money, signal }: GraphContext,
  maxCredits: number | null | undefined,
): Promise<{ credits: number | null; giveBack: () => void }> {
  const own = maxCredits ?? null;
  if (!money.budget || (own !== null && own < 0)) return { credits: own, giveBack: () => {} };
  const credits = Math.min(own ?? Number.POSITIVE_INFINITY, money.budget.left());
  const book = await money.budget.take(credits, signal);
  return { credits, giveBack: () => book(0) };
}
