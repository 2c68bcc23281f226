import type { Statement, Store } from './store.ts';

/**
 * Runs a statement that deletes at most `$1` rows and answers how many as `gone`, again while there are as many: each step is short, and
 * a backlog is worked off over several rounds. Answers how many rows went in all.
 */
export async function deleteInSteps(
  store: Store,
  statement: Statement,
  values: readonly unknown[],
  { rowsMax, stepsMax }: { rowsMax: number; stepsMax: number },
): Promise<number> {
  let total = 0;
  for (let step = 0; step < stepsMax; step += 1) {
    const [row] = await store.query<{ gone: number }>(statement, [rowsMax, ...values]);
    const gone = row?.gone ?? 0;
    total += gone;
    if (gone < rowsMax) break;
  }
  return total;
}
