import Table from 'cli-table3';
import { printableText } from '../printable-text.ts';
import { cliLimits } from './limits.ts';

/** A table for a person, no wider than the terminal: the widest columns give way first. A list is one line per value. */
export function tableText(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  { width }: { width: number },
): string {
  const cells = rows.map((row) => row.map(cellOf));
  const colWidths = fit(
    columns.map((name, index) => {
      const longest = cells.reduce((most, row) => Math.max(most, lineWidth(row[index] ?? '')), name.length);
      return Math.min(longest, cliLimits.columnCharactersMax) + paddingCharacters;
    }),
    width - columns.length - 1,
  );
  const table = new Table({
    head: [...columns],
    colWidths,
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
  });
  table.push(...cells.map((row) => row.map((cell, index) => wrapWords(cell, colWidths[index]! - paddingCharacters))));
  return `${table.toString()}\n`;
}

const paddingCharacters = 2;
const columnCharactersMin = 8 + paddingCharacters;

function fit(widths: number[], available: number): number[] {
  const fitted = [...widths];
  let total = fitted.reduce((sum, each) => sum + each, 0);
  while (total > available) {
    const widest = fitted.indexOf(Math.max(...fitted));
    if (fitted[widest]! <= columnCharactersMin) break;
    fitted[widest]! -= 1;
    total -= 1;
  }
  return fitted;
}

/** Lines that end between words. A word that is longer than a line is left whole; the table breaks it. */
function wrapWords(text: string, width: number): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => shorten(printableText(String(each)))).join('\n');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return shorten(printableText(String(value)));
}

function shorten(text: string): string {
  return text.length > cliLimits.cellCharactersMax ? `${text.slice(0, cliLimits.cellCharactersMax - 1)}…` : text;
}

function lineWidth(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
