import {
  type Batch,
  batchRows,
  claimIdempotency,
  createBatchDraft,
  type EngineContext,
  LeadGenError,
  legacyShape,
  operationNamed,
  readBatch,
} from '@leadgen/engine';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { rowList } from '../csv/row-columns.ts';
import { callDigest } from './approval.ts';
import type { Row } from './cut-rows.ts';
import { foreignValue } from './foreign-text.ts';
import { pageOf } from './page-answer.ts';
import { type Ask, priceCeiling } from './price-ceiling.ts';
import { rawInputs } from './raw-inputs.ts';
import type { ToolCall } from './tool-call.ts';
import { toolResult } from './tool-result.ts';
import { paidTools } from './tools.ts';

type Outcome = { result: CallToolResult; ask: null } | { result: null; ask: Ask };

/**
 * Gives many inputs of one tool to the workers, under the ceiling of the call; its rows are read with `results`. The same call
 * under the same key is the same batch, and asks nobody again.
 */
export async function batchTool(
  context: EngineContext,
  call: ToolCall,
  given: Record<string, unknown>,
): Promise<Outcome> {
  const { account, signal } = call;
  // The list of tools asks for it; a call without one is one purchase, and nothing can tell it from another.
  const key = given.idempotency_key === undefined ? context.newId() : String(given.idempotency_key);
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new LeadGenError('invalid_param', 'Argument: idempotency_key: 1 to 200 printable characters are expected.');
  const order = readOrder(given);
  const claim = await claimIdempotency(context, {
    accountId: account.id,
    key: `mcp-batch:${key}`,
    input: callDigest(call.tool, given),
    signal,
  }).catch((error: unknown) => {
    if (!(error instanceof LeadGenError) || error.code !== 'invalid_param') throw error;
    throw new LeadGenError(
      'invalid_param',
      'Argument: idempotency_key: it was used for another purchase; invent a new one for a new purchase.',
    );
  });
  if (claim.answer !== null) {
    const batch = await readBatch(context.store, { accountId: account.id, id: claim.answer });
    if (!batch) throw new LeadGenError('not_found', 'The batch that was bought with this key is gone.');
    return submitted(context, call, batch);
  }
  let batch: Batch | null = null;
  try {
    const { ceiling, ask } = await priceCeiling(context, { ...order, account, approved: call.approved });
    if (ask) return { result: null, ask };
    const draft = createBatchDraft(context, { account });
    await draft.add(order.inputs.map(({ raw }) => raw));
    const { operation } = order;
    batch = await draft.submit({ operation, maxCredits: ceiling, idempotencyKey: `mcp:${key}` });
    await claim.keep(batch.id);
  } finally {
    if (!batch) await claim.giveUp();
  }
  return submitted(context, call, batch);
}

function readOrder(given: Record<string, unknown>) {
  const tool = paidTools.get(String(given.operation).trim().toLowerCase())!;
  const operation = operationNamed(tool.operation);
  const inputs = given.inputs as Record<string, unknown>[];
  if (inputs.length === 0) throw new LeadGenError('missing_param', 'Argument: inputs.');
  const raws = inputs.flatMap((input, index) => {
    const refuse = (why: string) => new LeadGenError('invalid_param', `Argument: inputs: ${index}: ${why}.`);
    if ('with' in input) throw refuse('with: a batch joins nothing');
    return rawInputs(tool, input, refuse);
  });
  const maxCredits = (given.max_credits as number | undefined) ?? null;
  return { operation: operation.name, inputs: raws.map((raw) => ({ operation, raw })), maxCredits };
}

async function submitted(context: EngineContext, call: ToolCall, batch: Batch): Promise<Outcome> {
  const notes = ['the batch is charged row by row as it runs; results shows its rows'];
  const coverage = { provider: 'leadgen', status: 'OK', pages_tried: 0, notes };
  const { answer } = await pageOf(context, call, { rows: [batchRow(batch)], frame: { credits: 0, coverage } });
  const way = { truncated: true, results_id: batch.id, next_cursor: '0' };
  return { result: await toolResult('batch_submit', { ...answer, ...way }), ask: null };
}

function batchRow({ id, operation, status, total, done, failed, creditsUsed, maxCredits }: Batch): Row {
  return {
    id,
    tool: toolOf(operation),
    status,
    total,
    done,
    failed,
    credits_used: creditsUsed,
    max_credits: maxCredits,
  };
}

function toolOf(operation: string): string {
  return [...paidTools].find(([, tool]) => tool.operation === operation)?.[0] ?? operation;
}

/** An answer that is a row itself is shown like one; any other has a list in it. */
function tableOf(operation: string): string {
  const isRow = rowList(operationNamed(operation).data) === null || operation === 'placeReviews';
  return isRow ? toolOf(operation) : 'batch';
}

/** In REST's form; where it is not simply fine, with what was met. */
function answerOf(operation: string, text: string): Row {
  const data = JSON.parse(text) as (Row & { coverage?: { status: string } }) | null;
  if (data === null) return {};
  const { status = 'OK' } = data.coverage ?? {};
  return {
    ...(legacyShape(operationNamed(operation).data)(data) as Row),
    ...(status === 'OK' ? {} : { coverage: status }),
  };
}

/** The rows of a batch as `results` pages them; null where the account has no such batch. */
export async function batchSource(
  context: EngineContext,
  { account }: ToolCall,
  { id, limit }: { id: string; limit: number },
) {
  const { store } = context;
  const batch = await readBatch(store, { accountId: account.id, id });
  if (!batch) return null;
  const isRunning = batch.status === 'queued' || batch.status === 'running';
  const ended = batch.done + batch.failed;
  return {
    tool: tableOf(batch.operation),
    isRunning,
    coverage: {
      provider: 'leadgen',
      status: isRunning || batch.failed > 0 || batch.status === 'cancelled' ? 'PARTIAL' : 'OK',
      pages_tried: 0,
      notes: [
        `batch ${batch.status}: ${ended} of ${batch.total} ended, ${batch.failed} of them failed; ${batch.creditsUsed} credits so far`,
        ...(isRunning ? ['it still runs: ask again with next_cursor'] : []),
      ],
    },
    /** Where rows are still missing, only those before the first gap, so that no page skips one. */
    async page(from: number): Promise<{ rows: Row[]; hasMore: boolean }> {
      const rows: Row[] = [];
      let hasMore = false;
      let next = from;
      for await (const row of batchRows(store, { id, from, limit: limit + 1 })) {
        if (rows.length === limit) hasMore = true;
        if (hasMore || (isRunning && row.index !== next)) break;
        next = row.index + 1;
        rows.push(
          foreignValue({
            index: row.index,
            ...(row.error
              ? { input: JSON.parse(row.input), error: row.error }
              : answerOf(batch.operation, row.data ?? 'null')),
            credits_used: row.creditsUsed,
          }) as Row,
        );
      }
      return { rows, hasMore };
    },
    nextOf: (row: Row) => Number(row.index) + 1,
  };
}
