import type { Row } from './cut-rows.ts';
import { mcpLimits } from './limits.ts';

/** Rows as lines for a model: a cell holds no line break and no bar, so that foreign text never leaves its line. */
export function tableText(tool: string, rows: readonly Row[], fields: readonly string[] | null): string[] {
  const shown = fields === null ? flat(tool, rows) : rows;
  const wanted = fields ?? columns[tool] ?? [...new Set(shown.flatMap((row) => Object.keys(row)))];
  const names = wanted.filter((name) => shown.some((row) => !isEmpty(fieldOf(row, name))));
  if (!names.includes('error') && shown.some((row) => row.error !== undefined)) names.push('error');
  if (names.length === 0) return [];
  return [
    line(names),
    line(names.map(() => '---')),
    ...shown.map((row) => line(names.map((name) => cell(fieldOf(row, name))))),
  ];
}

/** What is looked for first; everything is in the structured content. */
const columns: Record<string, readonly string[]> = {
  lead_search: ['title', 'link', 'emails', 'phones', 'description'],
  website_crawl: ['domain', 'emails', 'phones', 'social_links', 'pages_crawled', 'coverage'],
  places_search: [
    'name',
    'phone',
    'website',
    'address',
    'rating',
    'place_id',
    'contacts.emails',
    'contacts.phones',
    'reviews',
  ],
  place_reviews: ['place_id', 'rating', 'author_name', 'relative_time_description', 'text'],
  ad_spy: ['title', 'url', 'is_active', 'first_seen', 'last_seen', 'contact_data.emails', 'contact_data.phones'],
  ad_history: ['change', 'title', 'url', 'is_active', 'first_seen', 'last_seen', 'times_seen'],
};

/** A place's reviews are told one by one. */
function flat(tool: string, rows: readonly Row[]): readonly Row[] {
  if (tool !== 'place_reviews') return rows;
  return rows.flatMap((row): Row[] =>
    Array.isArray(row.reviews) && row.reviews.length > 0
      ? row.reviews.map((review: Row) => ({ place_id: row.place_id, ...review }))
      : [{ ...row, text: row.error ? undefined : 'no reviews' }],
  );
}

function fieldOf(row: Row, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path];
  return path.split('.').reduce<unknown>((value, name) => (value as Row | undefined | null)?.[name], row);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function cell(value: unknown): string {
  if (isEmpty(value)) return '';
  if (Array.isArray(value)) return listCell(value.map(oneOf));
  return shorten(oneOf(value));
}

/** As many values as the cell holds, each of them whole: half an address is a wrong one. */
function listCell(values: readonly string[]): string {
  let text = shorten(values[0]!);
  let count = 1;
  for (const value of values.slice(1)) {
    if (text.length + value.length + 2 > mcpLimits.listCellCharactersMax) break;
    text += `, ${shorten(value)}`;
    count += 1;
  }
  return count < values.length ? `${text}, and ${values.length - count} more` : text;
}

function oneOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { code, message, rating, text } = value as Row;
  if (code !== undefined) return `${code}: ${message}`;
  if (text !== undefined) return `${rating}: ${text}`;
  return JSON.stringify(value);
}

function shorten(text: string): string {
  const plain = text.replaceAll('|', '¦');
  const { cellCharactersMax } = mcpLimits;
  return plain.length > cellCharactersMax ? `${plain.slice(0, cellCharactersMax - 1).toWellFormed()}…` : plain;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
