import { stringify } from 'csv-stringify/sync';
import { printableText } from '../printable-text.ts';

/** Lines of CSV. Lists are joined by `; `, and no spreadsheet takes a cell for a formula. */
export function csvText(rows: readonly (readonly unknown[])[]): string {
  return stringify(
    rows.map((row) => row.map(cellOf)),
    { escape_formulas: true },
  );
}

/** Tidied before it is looked at: a space or a control character must not hide an equals sign. */
function cellOf(value: unknown): string | number {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return printableText(value.join('; '));
  return printableText(String(value));
}
