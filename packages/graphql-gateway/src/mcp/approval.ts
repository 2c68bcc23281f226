import { createHash, hkdfSync } from 'node:crypto';
import { claimIdempotency, type EngineContext, LeadGenError } from '@leadgen/engine';
import {
  type CallToolResult,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { mcpLimits } from './limits.ts';
import type { Ask } from './price-ceiling.ts';
import { errorResult } from './tool-result.ts';

/** What a person was asked, sealed, as it comes back with the answer. */
export interface AskedState {
  nonce: string;
  /** Digest of the tool and its arguments: the word counts for this very call. */
  call: string;
  max: number;
}

/**
 * Seals what was asked under a key that every gateway derives from the caller's API key, so that the answer may reach another
 * process. Nothing that a model sends gets into it.
 */
export function approvalCodec(apiKey: string): RequestStateCodec<AskedState> {
  const key = Buffer.from(hkdfSync('sha256', apiKey, '', 'leadgen mcp approval', 32));
  return createRequestStateCodec<AskedState>({ key, ttlSeconds: mcpLimits.approvalSecondsMax });
}

export function callDigest(tool: string, given: Record<string, unknown>): string {
  return createHash('sha256')
    .update(JSON.stringify([tool, sorted(given)]))
    .digest('base64url');
}

/** The question to the person: the client shows it, and asks again with the answer. */
export async function askPerson(
  codec: RequestStateCodec<AskedState>,
  { tool, given, ask, nonce }: { tool: string; given: Record<string, unknown>; ask: Ask; nonce: string },
  ctx: ServerContext,
): Promise<InputRequiredResult> {
  return inputRequired({
    inputRequests: {
      approval: inputRequired.elicit({
        message: `${tool} may cost up to ${ask.max} credits (at least ${ask.min}). Without your word this key spends at most ${ask.approveAbove} in one call. Go on?`,
        requestedSchema: { type: 'object', properties: {} },
      }),
    },
    requestState: await codec.mint({ nonce, call: callDigest(tool, given), max: ask.max }, ctx),
  });
}

/**
 * Up to which price the person agreed to this call; null where nobody was asked, `declined` where the person said no.
 * A word counts once: the same answer sent again asks anew.
 */
export async function approvedPrice(
  context: EngineContext,
  {
    accountId,
    tool,
    given,
    signal,
  }: { accountId: number; tool: string; given: Record<string, unknown>; signal: AbortSignal },
  ctx: ServerContext,
): Promise<number | null | 'declined'> {
  const state = ctx.mcpReq.requestState<AskedState>();
  const response = inputResponse(ctx.mcpReq.inputResponses, 'approval');
  if (state === undefined || typeof state !== 'object' || response.kind !== 'elicit') return null;
  if (response.action !== 'accept') return 'declined';
  if (state.call !== callDigest(tool, given)) return null;
  const claim = await claimIdempotency(context, {
    accountId,
    key: `mcp-approval:${state.nonce}`,
    input: state.call,
    signal,
  });
  if (claim.answer !== null) return null;
  await claim.keep('used');
  return state.max;
}

/** For a client that can't ask a person, and for one who said no. */
export function refusal(ask: Ask | null): CallToolResult {
  if (ask === null) return errorResult(new LeadGenError('approval_required', 'The person said no.'));
  const { min, max, approveAbove } = ask;
  return errorResult(
    new LeadGenError(
      'approval_required',
      `This call may cost up to ${max} credits, above the ${approveAbove} that this key spends in one call without asking, and this client can't ask. Ask for less, or set max_credits to ${approveAbove} or less; a key with a higher --approve-above is the person's to make.`,
    ),
    { quote: { min, max }, approve_above: approveAbove },
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
