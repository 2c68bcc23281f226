import { type EngineContext, LeadGenError } from '@leadgen/engine';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Background } from './background.ts';
import type { Row } from './cut-rows.ts';
import { foreignValue } from './foreign-text.ts';
import { type KeptAnswer, keepAnswer } from './kept-answer.ts';
import { mcpLimits } from './limits.ts';
import { pageOf } from './page-answer.ts';
import type { Job, JobEnd } from './paid-job.ts';
import type { ToolCall } from './tool-call.ts';
import { errorResult, rowError, toolResult } from './tool-result.ts';

/**
 * Runs a job within the bounds of an answer. What is too long is kept, and the first page of it answered; what takes longer than
 * 45 s goes on by itself, its rows are kept as they come, and what there is by then is answered. A caller who cancels or leaves
 * before the answer stops the work; what was not stored by then is not charged.
 */
export async function runJob(
  { context, background }: { context: EngineContext; background: Background },
  call: ToolCall,
  job: Job,
): Promise<CallToolResult> {
  call.signal.throwIfAborted();
  const stop = new AbortController();
  const leave = () => stop.abort(call.signal.reason);
  call.signal.addEventListener('abort', leave, { once: true });

  const rows: { row: Row; index: number }[] = [];
  let credits = 0;
  let kept: KeptAnswer | null = null;
  const report = progressOf(call, job);
  const ended = job.run({
    signal: AbortSignal.any([stop.signal, background.signal]),
    emit(given, index, cost) {
      const row = foreignValue(given) as Row;
      rows.push({ row, index });
      credits += cost;
      kept?.add([row]);
      report.row();
    },
    onPage: () => report.page(),
  });
  // Its failure is looked at below, or by the task that goes on.
  ended.catch(() => {});

  try {
    const isInTime = await within(context, ended, mcpLimits.answerMillisecondsMax);
    if (isInTime) return await finalResult(context, call, { end: await ended, rows, credits });
    report.stop();
    const place = background.enter(call.account.id);
    if (!place) {
      stop.abort(new Error('no room for a call that goes on'));
      await ended.catch(() => {});
      return await partialResult(context, call, { rows, credits, kept: null });
    }
    try {
      kept = await keepAnswer(context, call);
      kept.add(rows.map(({ row }) => row));
      const first = await partialResult(context, call, { rows: [...rows], credits, kept });
      call.signal.throwIfAborted();
      place.hold(goOn(context, { kept, ended, stop, creditsOf: () => credits }));
      return first;
    } catch (error) {
      // Nobody has got an id to come back with.
      stop.abort(error);
      place.leave();
      throw error;
    }
  } finally {
    call.signal.removeEventListener('abort', leave);
  }
}

/** Whether a promise is settled before the time is over. */
async function within(context: EngineContext, promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const settled = new AbortController();
  const tooLate = context.clock.sleep(milliseconds, settled.signal).then(
    () => false,
    () => true,
  );
  const isInTime = await Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    tooLate,
  ]);
  settled.abort();
  return isInTime;
}

async function finalResult(
  context: EngineContext,
  call: ToolCall,
  { end, rows, credits }: { end: JobEnd; rows: readonly { row: Row; index: number }[]; credits: number },
): Promise<CallToolResult> {
  const inOrder = [...rows].sort((left, right) => left.index - right.index).map(({ row }) => row);
  const frame = { credits: credits + end.credits, coverage: end.coverage, nextPageToken: end.nextPageToken };
  const { answer, isWhole } = await pageOf(context, call, { rows: inOrder, frame });
  if (end.failure) {
    const error = end.failure instanceof LeadGenError ? end.failure : new LeadGenError('internal_error');
    return errorResult(error, answer);
  }
  if (isWhole) return toolResult(call.tool, answer);
  const kept = await keepAnswer(context, call);
  kept.add(inOrder);
  await kept.close(frame.credits, {
    coverage: end.coverage,
    ...(end.nextPageToken === undefined ? {} : { next_page_token: end.nextPageToken }),
  });
  const count = answer.results.length;
  return toolResult(call.tool, {
    ...answer,
    truncated: true,
    results_id: kept.id,
    next_cursor: count < inOrder.length ? String(count) : null,
  });
}

/** What there is after 45 s. Further rows come in the order in which they are ready. */
async function partialResult(
  context: EngineContext,
  call: ToolCall,
  { rows, credits, kept }: { rows: readonly { row: Row }[]; credits: number; kept: KeptAnswer | null },
): Promise<CallToolResult> {
  const note = kept
    ? 'It takes longer than 45 s and goes on: ask results for the rest.'
    : 'It took longer than 45 s and was stopped; ask for less at once.';
  const frame = { credits, coverage: { provider: 'leadgen', status: 'PARTIAL', pages_tried: 0, notes: [note] } };
  const { answer } = await pageOf(context, call, { rows: rows.map(({ row }) => row), frame });
  await kept?.written();
  return toolResult(call.tool, {
    ...answer,
    truncated: true,
    results_id: kept?.id ?? null,
    next_cursor: kept ? String(answer.results.length) : null,
  });
}

async function goOn(
  context: EngineContext,
  {
    kept,
    ended,
    stop,
    creditsOf,
  }: { kept: KeptAnswer; ended: Promise<JobEnd>; stop: AbortController; creditsOf: () => number },
): Promise<void> {
  try {
    if (!(await within(context, ended, mcpLimits.backgroundMillisecondsMax)))
      stop.abort(new LeadGenError('overloaded', 'It took too long and was stopped.'));
    const { credits, coverage, nextPageToken, failure } = await ended;
    await kept.close(creditsOf() + credits, {
      coverage,
      ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }),
      ...(failure ? { error: rowError(failure) } : {}),
    });
  } catch (error) {
    context.log.warn({ err: error }, 'a call that went on after its answer failed');
    const told = rowError(error instanceof Error ? error : new Error(String(error)));
    const coverage = { provider: 'leadgen', status: 'PARTIAL', pages_tried: 0, notes: [] };
    await kept.close(creditsOf(), { coverage, error: told }).catch((fault: unknown) => {
      context.log.warn({ err: fault }, 'a kept answer could not be closed');
    });
  }
}

/** Tells items where their number is known, else pages. */
function progressOf({ progress }: ToolCall, { total }: Job): { row(): void; page(): void; stop(): void } {
  let isTold = progress !== null;
  let count = 0;
  const tellsItems = total !== null && total > 1;
  const tell = (message: string, of: number | null) => {
    if (!isTold || !progress) return;
    count += 1;
    progress(count, of, of === null ? `${count} ${message}` : `${count} of ${of} ${message}`);
  };
  return {
    row: () => tellsItems && tell('done', total),
    page: () => !tellsItems && tell('pages read', null),
    stop() {
      isTold = false;
    },
  };
}
