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
  const { start, textOf, end } = await formOf(store, batch, form);
  let piece = start;
  let isFirst = true;
  for await (const row of batchRows(store, { id: batch.id })) {
    piece += textOf(row, isFirst);
    isFirst = false;
    if (piece.length < batchDoorLimits.pieceCharactersMin) continue;
    yield piece;
    piece = '';
  }
  piece += end;
  if (piece !== '') yield piece;
}

interface Form {
  start: string;
  textOf: (row: BatchRow, isFirst: boolean) => string;
  end: string;
}

async function formOf(
  store: Store,
  { id, operation }: Pick<Batch, 'id' | 'operation'>,
  form: ResultForm,
): Promise<Form> {
  switch (form) {
    case 'jsonl':
      return { start: '', textOf: (row) => `${rowText(row)}\n`, end: '' };
    case 'json':
      return { start: '[', textOf: (row, isFirst) => `${isFirst ? '\n' : ',\n'}${rowText(row)}`, end: '\n]\n' };
    case 'csv': {
      const { heading, linesOf } = resultTable(operation, await batchInputColumns(store, id));
      return { start: csvText([heading]), textOf: (row) => csvText(linesOf(row)), end: '' };
    }
  }
}

/** `{index, input, data | error, creditsUsed}`; input and data are JSON texts already. */
function rowText({ index, input, data, error, creditsUsed }: BatchRow): string {
  const outcome = data === null ? `"error":${JSON.stringify(error)}` : `"data":${data}`;
  return `{"index":${index},"input":${input},${outcome},"creditsUsed":${creditsUsed}}`;
}
