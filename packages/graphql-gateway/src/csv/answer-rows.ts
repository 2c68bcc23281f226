import type { Operation } from '@leadgen/engine';
import { rowColumns, rowList } from './row-columns.ts';

/** The rows of an answer as a table, with their heading. */
export function answerRows(operation: Operation, data: object): unknown[][] {
  const { columns, rowsOf } = answerTable(operation);
  return [columns, ...rowsOf(data)];
}

/** How an operation's answers become rows: one each where the answer is a list, else one for all of it. */
export function answerTable(operation: Operation): { columns: string[]; rowsOf: (data: object) => unknown[][] } {
  const list = rowList(operation.data);
  const columns = rowColumns(list?.row ?? operation.data);
  return {
    columns: columns.map(({ name }) => name),
    rowsOf(data) {
      const source = data as Record<string, unknown>;
      const rows = list ? ((source[list.name] ?? []) as Record<string, unknown>[]) : [source];
      return rows.map((row) => columns.map(({ read }) => read(row)));
    },
  };
}
