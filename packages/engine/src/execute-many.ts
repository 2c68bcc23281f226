import type { Account } from './accounts/account.ts';
import type { Answer } from './answer.ts';
import type { EngineContext } from './context.ts';
import { answerKey, type CallOptions, executeFor, parseInput } from './execute.ts';
import { requestLimits } from './limits.ts';
import type { Operation } from './operation.ts';
import type { RawInput } from './parameters.ts';
import { mapAtMost } from './serp/map-at-most.ts';

/**
 * Many calls of one operation: one cache statement for all of them, equal inputs fetched once, upstream work in parallel within limits.
 * Each input has its answer or its error, in the order given.
 */
export async function executeMany(
  context: EngineContext,
  call: { operation: Operation; account: Account; raws: readonly RawInput[] } & CallOptions,
): Promise<(Answer | Error)[]> {
  const { operation, account, raws } = call;
  const parsed = raws.map((raw) => attempt(() => parseInput(context, operation, raw, call.nameOf)));
  const keys = parsed.map((each) => (each instanceof Error ? null : answerKey(context, operation, each, account.id)));
  const kept = await context.answers.readMany([...new Set(keys.filter((key) => key !== null))]);
  const results = new Map<string, Promise<Answer | Error>>();
  const answers: (Answer | Error)[] = new Array(raws.length);
  await mapAtMost(requestLimits.callsOfOneRequestAtOnceMax, [...parsed.keys()], async (index) => {
    const input = parsed[index]!;
    if (input instanceof Error) {
      answers[index] = input;
      return;
    }
    const key = keys[index] ?? null;
    const run = () =>
      executeFor(context, { ...call, input, ...(key === null ? {} : { kept: kept.get(key) ?? null }) }).catch(
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      );
    if (key === null) {
      answers[index] = await run();
      return;
    }
    const twin = results.get(key);
    if (twin) {
      const first = await twin;
      // The same answer once more; it is paid once.
      answers[index] =
        first instanceof Error
          ? first
          : { ...first, credits: { ...first.credits, used: 0, charges: [], cached: true } };
      return;
    }
    const mine = run();
    results.set(key, mine);
    answers[index] = await mine;
  });
  return answers;
}

function attempt<T>(parse: () => T): T | Error {
  try {
    return parse();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
