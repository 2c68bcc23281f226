import { z } from 'zod';
import { LeadGenError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { importAccount } from './import-account.ts';
import { accountLimits } from './limits.ts';
import { setRecipe } from './recipes.ts';

/** What became of a file: how many lines did what, and what is wrong with which. */
export interface ImportReport {
  lines: number;
  created: number;
  unchanged: number;
  failed: { line: number; reason: string }[];
}

const accountLine = z.object({
  user_id: z.int().min(1),
  api_key: z.string().min(1).max(accountLimits.apiKeyCharactersMax).nullish(),
  balance: z.int().min(0).default(0),
});
const recipeLine = z.object({ code: z.string(), query: z.string(), user_id: z.int().min(1).nullish() });

/** Imports accounts, one JSON object a line: `user_id`, `api_key`, `balance`. Repeatable without doubles. */
export function importAccounts(
  store: Store,
  lines: AsyncIterable<string>,
  { now }: { now: Date },
): Promise<ImportReport> {
  return importLines(lines, async (value) => {
    const { user_id, api_key, balance } = accountLine.parse(value);
    const done = await importAccount(store, { userId: user_id, apiKey: api_key ?? null, credits: balance, now });
    return done !== 'unchanged';
  });
}

/** Imports recipes, one JSON object a line: `code`, `query`, and `user_id` where it is not everybody's. Repeatable. */
export function importRecipes(
  store: Store,
  lines: AsyncIterable<string>,
  { now }: { now: Date },
): Promise<ImportReport> {
  return importLines(lines, async (value) => {
    const { code, query, user_id } = recipeLine.parse(value);
    const saved = await setRecipe(store, { accountId: user_id ?? null, code, query, now });
    if (!saved) throw new LeadGenError('invalid_param', `There is no account ${user_id}.`);
    return true;
  });
}

/** One line at a time; a bad one is told and does not stop the rest, a fault of the database does. */
async function importLines(
  lines: AsyncIterable<string>,
  take: (value: unknown) => Promise<boolean>,
): Promise<ImportReport> {
  const report: ImportReport = { lines: 0, created: 0, unchanged: 0, failed: [] };
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    report.lines += 1;
    try {
      if (line.length > accountLimits.importLineCharactersMax) throw new SyntaxError('The line is too long.');
      const changed = await take(JSON.parse(line));
      report[changed ? 'created' : 'unchanged'] += 1;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) throw error;
      report.failed.push({ line: number, reason });
    }
  }
  return report;
}

function reasonOf(error: unknown): string | null {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError || error instanceof LeadGenError) return error.message;
  return null;
}
