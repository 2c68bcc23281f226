import type { Store } from '../store/store.ts';
import { batchLimits } from './limits.ts';

/** What came of one input. `input` and `data` are JSON texts, kept to the letter. */
export interface BatchRow {
  index: number;
  input: string;
  /** The answer in REST names, with its coverage; null where it failed. */
  data: string | null;
  error: { code: string; message: string } | null;
  creditsUsed: number;
}

/** The answered rows so far, in the order of the inputs; read page by page as they are taken. `from` is the first index. */
export async function* batchRows(
  store: Store,
  { id, from = 0, limit = Number.POSITIVE_INFINITY }: { id: string; from?: number; limit?: number },
): AsyncGenerator<BatchRow> {
  const [batch] = await store.query<{ total: number }>(totalStatement, [id]);
  const total = batch?.total ?? 0;
  let next = from;
  let left = limit;
  let window: number = batchLimits.rowsPerPage;
  while (left > 0 && next < total) {
    const size = Math.min(left, batchLimits.rowsPerPage);
    const rows = await store.query<Row>(statement, [id, next, next + window, size]);
    for (const { code, message, ...row } of rows) {
      yield { ...row, error: code === null ? null : { code, message: message ?? '' } };
    }
    left -= rows.length;
    next = rows.length < size ? next + window : rows.at(-1)!.index + 1;
    // Where few are answered yet, steps grow.
    window = rows.length < size / 4 ? Math.min(window * 4, batchLimits.rowsWindowMax) : batchLimits.rowsPerPage;
  }
}

/** The names of the inputs' fields, in order of their first appearance. */
export async function batchInputColumns(store: Store, id: string): Promise<string[]> {
  const [row] = await store.query<{ columns: string[] }>(columnsStatement, [id]);
  return row?.columns ?? [];
}

type Row = Omit<BatchRow, 'error'> & { code: string | null; message: string | null };

const totalStatement = { name: 'batch-total', text: 'select total from batches where id = $1::uuid' };
// The upper end keeps the plan honest: without it a table that is not analyzed yet is sorted as a whole for each page.
const statement = {
  name: 'batch-rows',
  text: `
select index, input, data, error_code as code, error_message as message, credits as "creditsUsed"
from batch_items
where batch_id = $1::uuid and index >= $2::integer and index < $3::integer and state in ('done', 'failed')
order by index limit $4::integer`,
};
const columnsStatement = { name: 'batch-columns', text: 'select columns from batches where id = $1::uuid' };
