import { type BatchRow, operationNamed } from '@leadgen/engine';
import { answerTable } from '../csv/answer-rows.ts';

/**
 * How the rows of a batch become a table: `index`, the inputs' columns, `status` (`done` or `failed`), `error_code`, `credits_used`,
 * then the fields of the answer's rows. An answer that is a list has a line for each of its rows, and one where it is empty;
 * `credits_used` stands on the first of them alone, so that the column adds up to what was paid.
 *
 * No two columns have one name: an input's column that is called like ours is told as `input_…`, a field of the answer that is called
 * like an input's column as `result_…`.
 */
export function resultTable(
  operationName: string,
  inputColumns: readonly string[],
): { heading: string[]; linesOf: (row: BatchRow) => unknown[][] } {
  const { columns, rowsOf } = answerTable(operationNamed(operationName)!);
  const taken = new Set(['index', 'status', 'error_code', 'credits_used']);
  const claim = (name: string, prefix: string): string => {
    let free = name;
    while (taken.has(free)) free = `${prefix}${free}`;
    taken.add(free);
    return free;
  };
  const ofInput = inputColumns.map((name) => claim(name, 'input_'));
  const ofAnswer = columns.map((name) => claim(name, 'result_'));
  const noAnswer = columns.map(() => null);
  return {
    heading: ['index', ...ofInput, 'status', 'error_code', 'credits_used', ...ofAnswer],
    linesOf({ index, input, data, error, creditsUsed }) {
      const given = fieldsOf(JSON.parse(input));
      const start = [index, ...inputColumns.map((name) => cellOf(given[name]))];
      if (data === null) return [[...start, 'failed', error?.code ?? '', creditsUsed, ...noAnswer]];
      const rows = rowsOf(JSON.parse(data) as object);
      if (rows.length === 0) return [[...start, 'done', '', creditsUsed, ...noAnswer]];
      return rows.map((row, number) => [...start, 'done', '', number === 0 ? creditsUsed : null, ...row]);
    },
  };
}

function fieldsOf(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : {};
}

/** What has an inner structure is told as JSON. */
function cellOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const isFlatList = Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);
  return isFlatList ? value : JSON.stringify(value);
}
