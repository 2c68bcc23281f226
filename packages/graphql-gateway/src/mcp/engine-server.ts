import { type Account, LeadGenError } from '@leadgen/engine';
import type { CallToolResult, InputRequiredResult, Server, ServerContext } from '@modelcontextprotocol/server';
import { approvalCodec, approvedPrice, askPerson, refusal } from './approval.ts';
import { createMcpServer } from './create-mcp-server.ts';
import { type EngineToolsDeps, runTool } from './engine-tools.ts';
import type { ToolCall } from './tool-call.ts';
import { errorResult } from './tool-result.ts';

export interface EngineServerDeps extends EngineToolsDeps {
  /** Unknown faults, masked and logged. */
  knownError(error: unknown): LeadGenError;
}

/** Who calls a server, and how it is known anew with each call. */
export interface McpCaller {
  apiKey: string;
  account(signal: AbortSignal): Promise<Account>;
  /** Aborted when the caller goes away or cancels in a request of its own. */
  leaving?: AbortSignal;
}

/** A server over the engine of this process, for one caller. */
export function createEngineServer(deps: EngineServerDeps, caller: McpCaller): Server {
  const codec = approvalCodec(caller.apiKey);
  return createMcpServer({
    verifyState: codec.verify,
    async callTool({ name, given, canAsk, ctx }) {
      const signal = caller.leaving ? AbortSignal.any([ctx.mcpReq.signal, caller.leaving]) : ctx.mcpReq.signal;
      try {
        return await answer(deps, caller, { name, given, canAsk, ctx, signal, codec });
      } catch (error) {
        // Nobody waits for this answer any more.
        if (signal.aborted && !(error instanceof LeadGenError))
          return errorResult(new LeadGenError('request_timeout', 'It was cancelled.'));
        return errorResult(deps.knownError(error));
      }
    },
  });
}

async function answer(
  deps: EngineServerDeps,
  caller: McpCaller,
  {
    name,
    given,
    canAsk,
    ctx,
    signal,
    codec,
  }: {
    name: string;
    given: Record<string, unknown>;
    canAsk: boolean;
    ctx: ServerContext;
    signal: AbortSignal;
    codec: ReturnType<typeof approvalCodec>;
  },
): Promise<CallToolResult | InputRequiredResult> {
  const { context } = deps;
  const account = await caller.account(signal);
  const approved = await approvedPrice(context, { accountId: account.id, tool: name, given, signal }, ctx);
  if (approved === 'declined') return refusal(null);
  const call: ToolCall = { tool: name, given, account, signal, progress: progressOf(ctx), approved };
  const { result, ask } = await runTool(deps, call);
  if (result) return result;
  if (!canAsk) return refusal(ask);
  return askPerson(codec, { tool: name, given, ask, nonce: context.newId() }, ctx);
}

/** Notifications for a caller who sent a token; one that can't be delivered is nobody's fault. */
function progressOf(ctx: ServerContext): ToolCall['progress'] {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return null;
  return (progress, total, message) => {
    const params = { progressToken, progress, message, ...(total === null ? {} : { total }) };
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
