import type { Answer, EngineContext, Operation } from '@leadgen/engine';
import { showAccount } from '@leadgen/engine';
import { answerRows } from '../csv/answer-rows.ts';
import { printableText } from '../printable-text.ts';
import { type AnswerTable, answerTables } from './answer-tables.ts';
import { tableText } from './table-text.ts';

/** An answer as a program reads it: the fields in their REST names, with the bill and what was met. */
export function answerDocument(answer: Answer): Record<string, unknown> {
  const { credits, coverage } = answer;
  const { provider, status, pagesTried, notes } = coverage;
  return {
    ...answer.data,
    credits: { used: credits.used, remaining: credits.remaining, cached: credits.cached, charges: credits.charges },
    coverage: { provider, status, pages_tried: pagesTried, notes },
  };
}

/** An answer from the cache touches no account, so what is left is read for the person who asks. */
export async function withRemaining(context: EngineContext, answer: Answer, accountId: number): Promise<Answer> {
  if (answer.credits.remaining !== null) return answer;
  const account = await showAccount(context.store, accountId);
  return { ...answer, credits: { ...answer.credits, remaining: account?.available ?? null } };
}

/** An answer for a person: a table, then what it cost and what was met. */
export function answerText(operation: Operation, answer: Answer, { width }: { width: number }): string {
  const table = (answerTables[operation.key] ?? plainTable(operation))(answer.data as Record<string, unknown>);
  const body = table.rows.length > 0 ? tableText(table.columns, table.rows, { width }) : 'Nothing found.\n';
  const lines = (texts: string[]) => texts.map((text) => `${printableText(text)}\n`).join('');
  return lines(table.before ?? []) + body + lines([...(table.after ?? []), ...billLines(answer)]);
}

function billLines({ credits, coverage }: Answer): string[] {
  const price = credits.cached ? '0 credits (from the cache)' : `${credits.used} credits`;
  const left = credits.remaining === null ? '' : `, ${credits.remaining} left`;
  return [
    `${price}${left}. ${coverage.provider}: ${coverage.status.toLowerCase().replaceAll('_', ' ')}.`,
    ...coverage.notes,
  ];
}

/** A table for an operation that has none of its own: its rows as they are. */
function plainTable(operation: Operation): AnswerTable {
  return (data) => {
    const [columns = [], ...rows] = answerRows(operation, data);
    return { columns: columns as string[], rows };
  };
}
