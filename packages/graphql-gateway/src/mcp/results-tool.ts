import { type EngineContext, LeadGenError, readKeptResult, readKeptRows } from '@leadgen/engine';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { batchSource } from './batch-tool.ts';
import type { Row } from './cut-rows.ts';
import type { KeptDocument } from './kept-answer.ts';
import { mcpLimits } from './limits.ts';
import { pageOf } from './page-answer.ts';
import type { ToolCall } from './tool-call.ts';
import { toolResult } from './tool-result.ts';

/** What a page is cut from: kept rows, or those of a batch. */
interface Source {
  tool: string;
  isRunning: boolean;
  coverage: KeptDocument['coverage'];
  nextPageToken?: string | null | undefined;
  /** Rows from a place on, and whether there are more behind them. */
  page(from: number): Promise<{ rows: Row[]; hasMore: boolean }>;
  /** The place after the row at a position of the page that began at `from`. */
  nextOf(row: Row, place: { from: number; position: number }): number;
}

/** A page of the rows of a kept answer or of a batch. Throws `not_found` and `invalid_param`. */
export async function resultsTool(
  context: EngineContext,
  call: ToolCall,
  given: Record<string, unknown>,
): Promise<CallToolResult> {
  const from = cursorOf(given.cursor);
  const fields = fieldsOf(given.fields);
  const { source, rows, hasMore } = await waitForRow(context, call, { id: given.id as string, from });
  const chosen = rows.map((row) => selected(row, fields));
  const frame = { credits: 0, coverage: source.coverage, nextPageToken: source.nextPageToken };
  const { answer } = await pageOf(context, call, { rows: chosen, frame });
  const count = answer.results.length;
  const next = count === 0 ? from : source.nextOf(rows[count - 1]!, { from, position: count - 1 });
  const goesOn = source.isRunning || hasMore || count < rows.length;
  const page = {
    ...answer,
    truncated: goesOn || answer.results.some((row) => row.shortened !== undefined),
    results_id: given.id as string,
    next_cursor: goesOn ? String(next) : null,
  };
  return toolResult(source.tool, page, fields);
}

/** Where the answer still runs and has nothing new, a while is waited for it, so that nobody has to ask again and again. */
async function waitForRow(
  context: EngineContext,
  call: ToolCall,
  { id, from }: { id: string; from: number },
): Promise<{ source: Source; rows: Row[]; hasMore: boolean }> {
  const until = context.clock.now() + mcpLimits.rowsWaitMilliseconds;
  for (;;) {
    const source = await openSource(context, call, id);
    const page = await source.page(from);
    if (!source.isRunning || page.rows.length > 0 || context.clock.now() >= until) return { source, ...page };
    await context.clock.sleep(mcpLimits.rowsPollMilliseconds, call.signal);
  }
}

async function openSource(context: EngineContext, call: ToolCall, id: string): Promise<Source> {
  const source =
    (await keptSource(context, call, id)) ??
    (await batchSource(context, call, { id, limit: mcpLimits.keptRowsPerReadMax }));
  if (source) return source;
  throw new LeadGenError(
    'not_found',
    `Argument: id: there is no such answer of this account; they are kept for a day.`,
  );
}

async function keptSource(context: EngineContext, { account }: ToolCall, id: string): Promise<Source | null> {
  const { store, gatewayId, clock } = context;
  const kept = await readKeptResult(store, { id, accountId: account.id, gatewayId, now: new Date(clock.now()) });
  if (!kept) return null;
  const { coverage, next_page_token, error } = kept.document as Partial<KeptDocument>;
  const notes = [
    ...(kept.state === 'running'
      ? ['it still runs: ask again with next_cursor']
      : [`all of it has cost ${kept.credits} credits`]),
    ...(kept.state === 'cut'
      ? ['what ran it is gone: these are all rows there will be; the same call again goes on from the cache']
      : []),
    ...(error ? [`it ended with ${error.code}: ${error.message}`] : []),
    ...(coverage?.notes ?? []),
  ];
  return {
    tool: kept.source,
    isRunning: kept.state === 'running',
    coverage: {
      provider: coverage?.provider ?? 'leadgen',
      status: kept.state === 'done' ? (coverage?.status ?? 'PARTIAL') : 'PARTIAL',
      pages_tried: coverage?.pages_tried ?? 0,
      notes,
    },
    nextPageToken: next_page_token,
    page: async (from) => {
      const bodies = await readKeptRows(store, { id, from, limit: mcpLimits.keptRowsPerReadMax });
      return { rows: bodies.map((body) => JSON.parse(body) as Row), hasMore: from + bodies.length < kept.rows };
    },
    nextOf: (_row, { from, position }) => from + position + 1,
  };
}

function cursorOf(cursor: unknown): number {
  if (cursor === undefined || cursor === '') return 0;
  if (typeof cursor !== 'string' || !/^\d{1,9}$/.test(cursor))
    throw new LeadGenError('invalid_param', 'Argument: cursor: the next_cursor of a page is expected.');
  return Number(cursor);
}

function fieldsOf(value: unknown): string[] | null {
  const fields = (value ?? []) as string[];
  if (fields.length === 0) return null;
  if (fields.length > mcpLimits.fieldsMax || fields.some((name) => name.length > mcpLimits.fieldCharactersMax))
    throw new LeadGenError('invalid_param', `Argument: fields: at most ${mcpLimits.fieldsMax} names of columns.`);
  return [...new Set(fields)];
}

/** The columns that were asked for, an inner one by `outer.inner`; an error is always told. */
function selected(row: Row, fields: readonly string[] | null): Row {
  if (fields === null) return row;
  const chosen: Row = {};
  for (const field of fields) {
    const value = field.split('.').reduce<unknown>((inner, name) => {
      const isOwn = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name);
      return isOwn ? (inner as Row)[name] : undefined;
    }, row);
    if (value !== undefined) chosen[field] = value;
  }
  return row.error === undefined ? chosen : { ...chosen, error: row.error };
}
