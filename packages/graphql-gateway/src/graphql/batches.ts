import {
  type Batch,
  type BatchRow,
  batchRows,
  LeadGenError,
  listBatches,
  operations,
  readBatch,
} from '@leadgen/engine';
import { operationEnum } from './account.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import type { GraphContext } from './graph-context.ts';
import { batchPageLimits } from './limits.ts';
import { pageInfo, readFirst } from './page-info.ts';

const batchStatus = builder.enumType('BatchStatus', {
  description: 'How far a batch is.',
  values: {
    QUEUED: { value: 'queued', description: 'Nothing of it has started.' },
    RUNNING: { value: 'running', description: 'Its inputs are being answered.' },
    DONE: { value: 'done', description: 'Every input is answered or has failed.' },
    CANCELLED: { value: 'cancelled', description: 'Nothing more is started; what ran, ends.' },
  } as const,
});

const batchError = builder.objectRef<NonNullable<BatchRow['error']>>('BatchError').implement({
  description: 'Why an input failed. It cost nothing.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The error code, as everywhere.' }),
    message: t.exposeString('message', { description: 'In words.' }),
  }),
});

const batchRow = builder.objectRef<BatchRow>('BatchRow').implement({
  description: 'What came of one input: `data` or `error`.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'The place of the input in the order, from 0.' }),
    input: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The input as it was sent.',
      resolve: ({ input }) => JSON.parse(input),
    }),
    data: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The answer with its REST names, as in results.jsonl, and what was met as `coverage`.',
      resolve: ({ data }) => (data === null ? null : JSON.parse(data)),
    }),
    error: t.field({ type: batchError, nullable: true, description: 'Why it failed.', resolve: ({ error }) => error }),
    creditsUsed: t.exposeInt('creditsUsed', { description: 'Credits deducted for it.' }),
  }),
});

const rowEdge = builder.objectRef<BatchRow>('BatchRowEdge').implement({
  description: 'A row and its place in the list.',
  fields: (t) => ({
    cursor: t.string({ description: 'The place in the list.', resolve: ({ index }) => String(index) }),
    node: t.field({ type: batchRow, description: 'The row.', resolve: (row) => row }),
  }),
});

const rowConnection = builder.objectRef<{ rows: BatchRow[]; hasNextPage: boolean }>('BatchRowConnection').implement({
  description: 'Rows in the order of the inputs.',
  fields: (t) => ({
    edges: t.field({ type: [rowEdge], description: 'The rows of this page.', resolve: ({ rows }) => rows }),
    nodes: t.field({ type: [batchRow], description: 'The same without cursors.', resolve: ({ rows }) => rows }),
    pageInfo: t.field({
      type: pageInfo,
      description: 'Whether the list goes on.',
      resolve: ({ rows, hasNextPage }) => ({ hasNextPage, endCursor: rows.at(-1) ? String(rows.at(-1)!.index) : null }),
    }),
  }),
});

export const batchType = builder.objectRef<Batch>('Batch').implement({
  description: 'Many inputs of one operation, run by workers.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'By which it is asked for.' }),
    operation: t.field({
      type: operationEnum,
      description: 'The operation.',
      resolve: ({ operation }) => operations.find(({ name }) => name === operation)!.key,
    }),
    status: t.field({ type: batchStatus, description: 'How far it is.', resolve: ({ status }) => status }),
    total: t.exposeInt('total', { description: 'Inputs.' }),
    done: t.exposeInt('done', { description: 'Inputs that are answered.' }),
    failed: t.exposeInt('failed', { description: 'Inputs that ended in an error.' }),
    creditsUsed: t.exposeInt('creditsUsed', { description: 'Credits deducted so far.' }),
    maxCredits: t.int({
      nullable: true,
      description: 'The ceiling on the whole batch; null = none.',
      // REST takes larger ones; no batch could use so much.
      resolve: ({ maxCredits }) => (maxCredits === null ? null : Math.min(maxCredits, intMax)),
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was sent.', resolve: (batch) => batch.createdAt }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last of it ended; null while something runs or waits.',
      resolve: (batch) => batch.finishedAt,
    }),
    results: t.field({
      type: rowConnection,
      description: 'The rows so far, in the order of the inputs; REST streams all of them. Free.',
      args: {
        first: t.arg.int({
          description: `At most so many, 0 to ${batchPageLimits.rowsMax}; by default ${batchPageLimits.rowsDefault}.`,
        }),
        after: t.arg.string({ description: "The page before's endCursor." }),
      },
      resolve: async ({ id }, { first, after }, { engine }) => {
        if (typeof after === 'string' && !/^\d{1,9}$/.test(after)) throw notACursor();
        const count = readFirst(first, { byDefault: batchPageLimits.rowsDefault, most: batchPageLimits.rowsMax });
        const from = typeof after === 'string' ? Number(after) + 1 : 0;
        const rows: BatchRow[] = [];
        for await (const row of batchRows(engine.store, { id, from, limit: count + 1 })) rows.push(row);
        return { rows: rows.slice(0, count), hasNextPage: rows.length > count };
      },
    }),
  }),
});

const batchEdge = builder.objectRef<Batch>('BatchEdge').implement({
  description: 'A batch and its place in the list.',
  fields: (t) => ({
    cursor: t.exposeString('id', { description: 'The place in the list.' }),
    node: t.field({ type: batchType, description: 'The batch.', resolve: (batch) => batch }),
  }),
});

const batchConnection = builder.objectRef<{ batches: Batch[]; hasNextPage: boolean }>('BatchConnection').implement({
  description: 'Batches, newest first.',
  fields: (t) => ({
    edges: t.field({ type: [batchEdge], description: 'The batches of this page.', resolve: ({ batches }) => batches }),
    nodes: t.field({ type: [batchType], description: 'The same without cursors.', resolve: ({ batches }) => batches }),
    pageInfo: t.field({
      type: pageInfo,
      description: 'Whether the list goes on.',
      resolve: ({ batches, hasNextPage }) => ({ hasNextPage, endCursor: batches.at(-1)?.id ?? null }),
    }),
  }),
});

builder.queryFields((t) => ({
  batch: t.field({
    type: batchType,
    nullable: true,
    description: "A batch of the account; another account's is `not_found`. Free.",
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_root, { id }, context) => ownBatch(context, id),
  }),
  batches: t.field({
    type: batchConnection,
    nullable: true,
    description: "The account's batches of the last 30 days, newest first. Free.",
    args: {
      first: t.arg.int({
        description: `At most so many, 0 to ${batchPageLimits.batchesMax}; by default ${batchPageLimits.batchesDefault}.`,
      }),
      after: t.arg.string({ description: "The page before's endCursor." }),
    },
    resolve: async (_root, { first, after }, context) => {
      const accountId = callerOf(context).id;
      const { store } = context.engine;
      const { batchesDefault, batchesMax } = batchPageLimits;
      const count = readFirst(first, { byDefault: batchesDefault, most: batchesMax });
      const before = typeof after === 'string' ? await readBatch(store, { accountId, id: after }) : null;
      if (typeof after === 'string' && before === null) throw notACursor();
      const batches = await listBatches(store, { accountId, limit: count + 1, before });
      return { batches: batches.slice(0, count), hasNextPage: batches.length > count };
    },
  }),
}));

/** The caller's batch of that id. Throws `not_found`. */
export async function ownBatch(context: GraphContext, id: string | number): Promise<Batch> {
  return foundBatch(await readBatch(context.engine.store, { accountId: callerOf(context).id, id: String(id) }));
}

export function foundBatch(batch: Batch | null): Batch {
  if (batch) return batch;
  throw new LeadGenError('not_found', 'Parameter: id: there is no such batch.');
}

function notACursor(): LeadGenError {
  return new LeadGenError('invalid_param', 'Parameter: after: not a cursor of this list.');
}

const intMax = 2 ** 31 - 1;
