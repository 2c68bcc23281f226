import { type EngineContext, LeadGenError, operationNamed, quote, type RawInput } from '@leadgen/engine';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Row } from './cut-rows.ts';
import { foreignValue } from './foreign-text.ts';
import { mcpLimits } from './limits.ts';
import { pageOf } from './page-answer.ts';
import { rawInputs } from './raw-inputs.ts';
import type { ToolCall } from './tool-call.ts';
import { toolResult } from './tool-result.ts';
import { operationOfTool, type PaidTool, paidTools } from './tools.ts';

/** Prices of calls before they are made; without inputs, what each tool costs. */
export async function quoteTool(
  context: EngineContext,
  call: ToolCall,
  given: Record<string, unknown>,
): Promise<CallToolResult> {
  const inputs = (given.inputs ?? []) as unknown[];
  const rows = inputs.length === 0 ? prices(context, call) : await quoted(context, call, inputs);
  const coverage = { provider: 'leadgen', status: 'OK', pages_tried: 0, notes: [approval(call)] };
  const { answer } = await pageOf(context, call, {
    rows: foreignValue(rows) as Row[],
    frame: { credits: 0, coverage },
  });
  return toolResult(call.tool, answer);
}

function approval({ account }: ToolCall): string {
  return `a call that may cost more than ${account.approveAbove} credits asks a person first`;
}

function prices(context: EngineContext, { account }: ToolCall): Row[] {
  return [...paidTools].flatMap(([name, tool]) => {
    const operation = operationNamed(tool.operation);
    if (account.operations !== null && !account.operations.includes(operation.key)) return [];
    const min = Math.min(operation.priceMax, operation.priceMin(context.settings));
    return [{ tool: name, min, max: operation.priceMax, pricing: operation.pricing }];
  });
}

async function quoted(context: EngineContext, { account }: ToolCall, inputs: readonly unknown[]): Promise<Row[]> {
  const calls = inputs.map((input, index) => readInput(input, index));
  const flat = calls.flatMap(({ operation, raws, maxCredits }) => raws.map((raw) => ({ operation, raw, maxCredits })));
  if (flat.length > mcpLimits.quoteInputsMax)
    throw new LeadGenError('invalid_param', `Argument: inputs: at most ${mcpLimits.quoteInputsMax} in all.`);
  const { items } = await quote(context, { account, inputs: flat });
  let next = 0;
  const rows = calls.map(({ tool, raws, joinsMax, maxCredits }) => {
    const mine = items.slice(next, next + raws.length);
    next += raws.length;
    const sum = (of: 'min' | 'max') => mine.reduce((total, item) => total + item[of], 0);
    const max = Math.min(sum('max') + joinsMax, maxCredits ?? Number.POSITIVE_INFINITY);
    return { tool, min: Math.min(sum('min'), max), max, cached_items: mine.filter(({ cached }) => cached).length };
  });
  const total = (of: 'min' | 'max') => rows.reduce((sum, row) => sum + row[of], 0);
  const all = {
    tool: 'total',
    min: total('min'),
    max: total('max'),
    cached_items: rows.reduce((sum, row) => sum + row.cached_items, 0),
  };
  return rows.length > 1 ? [...rows, all] : rows;
}

interface QuotedCall {
  tool: string;
  operation: ReturnType<typeof operationNamed>;
  raws: RawInput[];
  joinsMax: number;
  maxCredits: number | null;
}

/** `{ tool, arguments }`. Models write it in other ways too, which can't be mistaken: the arguments beside the name, `{ [tool]: arguments }`. */
function readInput(input: unknown, index: number): QuotedCall {
  const refuse = (why: string) => new LeadGenError('invalid_param', `Argument: inputs: ${index}: ${why}.`);
  const { tool: named, operation: calledSo = named, arguments: inner, ...rest } = unfolded(input);
  const name = named ?? calledSo;
  const tool = typeof name === 'string' ? paidTools.get(name) : undefined;
  const operation = typeof name === 'string' ? operationOfTool(name) : null;
  if (!tool || !operation) throw refuse(`tool: one of ${[...paidTools.keys()].join(', ')} is expected`);
  if (inner !== undefined && (typeof inner !== 'object' || inner === null || Array.isArray(inner)))
    throw refuse('arguments: an object is expected');
  const given = { ...rest, ...(inner as Record<string, unknown> | undefined) };
  const { max_credits: ceiling = null, ...args } = given;
  if (ceiling !== null && !(Number.isSafeInteger(ceiling) && Number(ceiling) >= 0))
    throw refuse('max_credits: an integer from 0 is expected');
  const maxCredits = ceiling as number | null;
  return {
    tool: name as string,
    operation,
    raws: rawInputs(tool, args, refuse),
    joinsMax: joinsMaxOf(tool, args.with),
    maxCredits: maxCredits,
  };
}

function unfolded(input: unknown): Record<string, unknown> {
  const given = (input ?? {}) as Record<string, unknown>;
  const [name, ...others] = Object.keys(given);
  return others.length === 0 && name !== undefined && paidTools.has(name)
    ? { tool: name, arguments: given[name] }
    : given;
}

function joinsMaxOf(tool: PaidTool, value: unknown): number {
  const names = Array.isArray(value) ? [...new Set(value)] : [];
  return names.reduce<number>((sum, name) => {
    const operation = tool.with?.[String(name)];
    return operation === undefined ? sum : sum + operationNamed(operation).priceMax * mcpLimits.joinedRowsMax;
  }, 0);
}
