import { countTokens, tokensAtMost } from './count-tokens.ts';

export type Row = Record<string, unknown>;

/** As many of the first rows as so many tokens hold; at least one, shortened where it alone is too long. */
export async function cutRows(rows: readonly Row[], tokensMax: number): Promise<{ rows: Row[]; isWhole: boolean }> {
  const texts = rows.map((row) => JSON.stringify(row));
  const bytes = texts.reduce((sum, text) => sum + tokensAtMost(text) + 1, 0);
  if (bytes <= tokensMax) return { rows: [...rows], isWhole: true };
  const taken: Row[] = [];
  let tokens = 0;
  for (const [index, text] of texts.entries()) {
    tokens += (await tokensOf(text, tokensMax)) + tokensBetweenRows;
    if (tokens > tokensMax) break;
    taken.push(rows[index]!);
  }
  if (taken.length > 0) return { rows: taken, isWhole: taken.length === rows.length };
  const first = await shortenRow(rows[0]!, async (text) => (await tokensOf(text, tokensMax)) <= tokensMax);
  return { rows: [first], isWhole: false };
}

const tokensBetweenRows = 2;

/** A text that is far too long is not counted. */
async function tokensOf(text: string, tokensMax: number): Promise<number> {
  return text.length > tokensMax * charactersPerTokenMax ? tokensMax + 1 : countTokens(text);
}

/** Rows have about three characters to a token. */
const charactersPerTokenMax = 8;

/** A row whose lists and texts are halved until it fits; its `shortened` names the columns that lost something. */
export async function shortenRow(row: Row, fits: (text: string) => Promise<boolean>): Promise<Row> {
  let limits = { listMax: 1_024, textMax: 8_192 };
  for (;;) {
    const lost: string[] = [];
    const short: Row = {};
    for (const [name, value] of Object.entries(row)) {
      short[name] = shorten(value, limits);
      if (JSON.stringify(short[name]) !== JSON.stringify(value)) lost.push(name);
    }
    if (lost.length > 0) short.shortened = lost;
    if (limits.listMax === 0 || (await fits(JSON.stringify(short)))) return short;
    limits = { listMax: Math.floor(limits.listMax / 2), textMax: Math.max(32, Math.floor(limits.textMax / 2)) };
  }
}

function shorten(value: unknown, limits: { listMax: number; textMax: number }): unknown {
  if (typeof value === 'string') {
    return value.length > limits.textMax ? `${value.slice(0, limits.textMax - 1).toWellFormed()}…` : value;
  }
  if (Array.isArray(value)) return value.slice(0, limits.listMax).map((each) => shorten(each, limits));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shorten(each, limits)]));
}
