import { type EngineContext, readAvailable } from '@leadgen/engine';
import { countTokens, tokensAtMost } from './count-tokens.ts';
import { cutRows, type Row } from './cut-rows.ts';
import { mcpLimits } from './limits.ts';
import type { ToolCall } from './tool-call.ts';
import { boundedCoverage, type ToolAnswer, type ToolCoverage } from './tool-result.ts';

/** Everything of an answer but its rows. */
export interface AnswerFrame {
  credits: number;
  coverage: ToolCoverage;
  nextPageToken?: string | null | undefined;
}

/** The first rows that one answer holds, in their frame; `isWhole` where that is all of all of them. */
export async function pageOf(
  context: EngineContext,
  { account }: Pick<ToolCall, 'account'>,
  { rows, frame }: { rows: readonly Row[]; frame: AnswerFrame },
): Promise<{ answer: ToolAnswer; isWhole: boolean }> {
  const { available } = await readAvailable(context.store, account.id, account.keyId, new Date(context.clock.now()));
  const empty: ToolAnswer = {
    results: [],
    credits: frame.credits,
    remaining: available,
    coverage: boundedCoverage(frame.coverage),
    truncated: false,
    results_id: null,
    next_cursor: null,
    ...(frame.nextPageToken === undefined ? {} : { next_page_token: frame.nextPageToken }),
  };
  const text = JSON.stringify(empty);
  const frameTokens = tokensAtMost(text) <= smallFrameBytes ? tokensAtMost(text) : await countTokens(text);
  const cut = await cutRows(rows, mcpLimits.answerTokensMax - mcpLimits.answerTokensSpare - frameTokens);
  return { answer: { ...empty, results: cut.rows }, isWhole: cut.isWhole };
}

const smallFrameBytes = 600;
