import { type EngineContext, LeadGenError } from '@leadgen/engine';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { adHistoryJob } from './ad-history-job.ts';
import type { Background } from './background.ts';
import { batchTool } from './batch-tool.ts';
import { paidJob } from './paid-job.ts';
import { type Ask, priceCeiling } from './price-ceiling.ts';
import { quoteTool } from './quote-tool.ts';
import { readArguments } from './read-arguments.ts';
import { resultsTool } from './results-tool.ts';
import { runJob } from './run-job.ts';
import type { ToolCall } from './tool-call.ts';
import { paidTools, tools } from './tools.ts';

/** What a call came to: its result, or a price that a person has to agree to before it runs. */
export type ToolOutcome = { result: CallToolResult; ask: null } | { result: null; ask: Ask };

export interface EngineToolsDeps {
  context: EngineContext;
  background: Background;
}

/** Runs one tool over the engine. Throws `LeadGenError` of the error table; nothing is charged on any error. */
export async function runTool(deps: EngineToolsDeps, call: ToolCall): Promise<ToolOutcome> {
  const { context } = deps;
  const tool = tools.find(({ name }) => name === call.tool);
  if (!tool) throw new LeadGenError('not_found', `There is no tool ${JSON.stringify(call.tool.slice(0, 100))}.`);
  await context.admit?.(call.account.id);
  const given = readArguments(tool, call.given);
  const done = (result: CallToolResult): ToolOutcome => ({ result, ask: null });
  if (paidTools.has(tool.name)) return runPaid(deps, call, given);
  switch (tool.name) {
    case 'ad_history':
      return done(await runJob(deps, call, adHistoryJob(context, given)));
    case 'quote':
      return done(await quoteTool(context, call, given));
    case 'results':
      return done(await resultsTool(context, call, given));
    case 'batch_submit':
      return batchTool(context, call, given);
    default:
      throw new Error(`${tool.name} is listed and does nothing.`);
  }
}

async function runPaid(deps: EngineToolsDeps, call: ToolCall, given: Record<string, unknown>): Promise<ToolOutcome> {
  const { account, approved } = call;
  const job = paidJob(deps.context, call, given);
  const key = job.inputs[0]?.operation.key;
  if (key !== undefined && account.operations !== null && !account.operations.includes(key))
    throw new LeadGenError('invalid_api_key', `This key may not call ${key}.`);
  const { ceiling, ask } = await priceCeiling(deps.context, { ...job, account, approved });
  if (ask) return { result: null, ask };
  return { result: await runJob(deps, call, job.start(ceiling)), ask: null };
}
