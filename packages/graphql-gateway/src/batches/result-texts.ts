import { type Batch, type BatchRow, batchInputColumns, batchRows, type Store } from '@leadgen/engine';
import { csvText } from '../csv/csv-text.ts';
import { batchDoorLimits } from './limits.ts';
import { resultTable } from './result-table.ts';

export type ResultForm = 'jsonl' | 'csv' | 'json';

/** The rows so far, in the order of the inputs, as text in pieces; the next rows are read when the piece before is taken. */
export async function* resultTexts(
  store: Store,
  { batch, form }: { batch: Pick<Batch, 'id' | 'operation'>; form: ResultForm },
): AsyncGenerator<string> {
  const { start, textOf, between, end } = await formOf(store, batch, form);
  let opening = start;
  let rows: BatchRow[] = [];
  for await (const row of batchRows(store, { id: batch.id })) {
    rows.push(row);
    if (rows.length < batchDoorLimits.rowsPerPiece) continue;
    yield opening + textOf(rows);
    opening = between;
    rows = [];
  }
  const last = rows.length > 0 ? opening + textOf(rows) : opening === start ? start : '';
  if (last + end !== '') yield last + end;
}

interface Form {
  start: string;
  textOf: (rows: readonly BatchRow[]) => string;
  between: string;
  end: string;
}

async function formOf(
  store: Store,
  { id, operation }: Pick<Batch, 'id' | 'operation'>,
  form: ResultForm,
): Promise<Form> {
  switch (form) {
    case 'jsonl':
      return { start: '', textOf: (rows) => `${rows.map(rowText).join('\n')}\n`, between: '', end: '' };
    case 'json':
      return { start: '[\n', textOf: (rows) => rows.map(rowText).join(',\n'), between: ',\n', end: '\n]\n' };
    case 'csv': {
      const { heading, linesOf } = resultTable(operation, await batchInputColumns(store, id));
      return { start: csvText([heading]), textOf: (rows) => csvText(rows.flatMap(linesOf)), between: '', end: '' };
    }
  }
}

/** `{index, input, data | error, creditsUsed}`; input and data are JSON texts already. */
function rowText({ index, input, data, error, creditsUsed }: BatchRow): string {
  const outcome = data === null ? `"error":${JSON.stringify(error)}` : `"data":${data}`;
  return `{"index":${index},"input":${input},${outcome},"creditsUsed":${creditsUsed}}`;
}
