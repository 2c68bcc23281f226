import type { Account } from '../accounts/account.ts';
import type { StoredAnswer } from '../cache/read-answers.ts';
import type { EngineContext } from '../context.ts';
import { forgetHold } from '../credits/forget-hold.ts';
import { LeadGenError } from '../errors.ts';
import { answerKey, executeFor, parseInput } from '../execute.ts';
import type { Outcome } from '../operation.ts';
import { operationNamed } from '../operations/index.ts';
import type { RawInput } from '../parameters.ts';
import { batchBudget } from './batch-budget.ts';
import { itemHoldId } from './batch-ids.ts';
import type { ClaimedItem } from './claim-items.ts';
import { finishFreeItem, finishPaidItem } from './finish-item.ts';
import { batchLimits } from './limits.ts';

/**
 * Runs one item to its answer or its error row; `onWait` is told when it begins and ends to wait for credits that others hold. Throws where that is not known: the database went away, or `signal` stopped it; the
 * item is run again then, and can't be paid twice because its hold is the same.
 */
export async function runItem(
  context: EngineContext,
  item: ClaimedItem,
  {
    signal,
    onWait = () => {},
    kept,
  }: { signal: AbortSignal; onWait?: (isWaiting: boolean) => void; kept?: StoredAnswer | null },
): Promise<void> {
  const { store, clock } = context;
  const finish = (outcome: { data: string } | { code: string; message: string }) =>
    finishFreeItem(store, { item, outcome, now: new Date(clock.now()) });
  try {
    if (item.attempt > batchLimits.attemptsMax)
      throw new LeadGenError('internal_error', `The workers that ran this ended ${batchLimits.attemptsMax} times.`);
    const holdId = itemHoldId(item.batchId, item);
    if (item.attempt > 1) await forgetHold(store, { holdId, now: new Date(clock.now()) });
    let isFinished = false;
    const operation = operationNamed(item.operation)!;
    const answer = await executeFor(context, {
      operation,
      account: accountOf(item),
      input: parseInput(context, operation, rawInput(item.input)),
      signal,
      ...(kept === undefined ? {} : { kept }),
      requestId: `batch ${item.batchId} ${item.index}`,
      budget: item.maxCredits === null ? null : batchBudget(context, { ...item, maxCredits: item.maxCredits }, onWait),
      // E16 is for callers who wait; how much of a batch runs at once is its workers' number.
      enterUpstream: async () => () => {},
      payment: {
        holdId,
        onWait,
        async settle(request, outcome) {
          const settled = await finishPaidItem(store, { item, data: rowData(outcome), settle: request });
          isFinished = settled !== null;
          return settled;
        },
      },
    });
    if (!isFinished) await finish({ data: rowData(answer) });
  } catch (error) {
    if (signal.aborted || !(error instanceof LeadGenError) || error.code === 'db_error') throw error;
    await finish({ code: error.code, message: error.message });
  }
}

/** The kept answers of many items with one statement; null: there was none. An item that has no key of its own yet is not among them. */
export async function readKept(
  context: EngineContext,
  items: readonly ClaimedItem[],
): Promise<Map<ClaimedItem, StoredAnswer | null>> {
  const keys = new Map<ClaimedItem, string>();
  for (const item of items) {
    try {
      const operation = operationNamed(item.operation);
      const key = answerKey(context, operation, parseInput(context, operation, rawInput(item.input)), item.accountId);
      if (key !== null) keys.set(item, key);
    } catch (error) {
      // A bad input gets its error row when it is run.
      if (!(error instanceof LeadGenError)) throw error;
    }
  }
  const found = await context.answers.readMany([...new Set(keys.values())]);
  return new Map([...keys].map(([item, key]) => [item, found.get(key) ?? null]));
}

/** The answer as a row of the results has it. */
function rowData({ data, coverage }: Pick<Outcome<object>, 'data' | 'coverage'>): string {
  const { provider, status, pagesTried, notes } = coverage;
  return JSON.stringify({ ...data, coverage: { provider, status, pages_tried: pagesTried, notes } });
}

function rawInput(text: string): RawInput {
  const input: unknown = JSON.parse(text);
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as RawInput;
  throw new LeadGenError('invalid_param', 'Parameter: inputs: an object is expected.');
}

function accountOf({ accountId, keyId, operations }: ClaimedItem): Account {
  return { id: accountId, keyId, operations, balance: 0, held: 0, approveAbove: 0 };
}
