import { stripVTControlCharacters } from 'node:util';

/**
 * Foreign text as a model may read it: one line, without control characters and without anything that is not seen (marks of
 * direction, zero-width characters, tags and variation selectors can carry words that a person never sees). Single characters
 * are replaced, so the expressions cannot backtrack.
 */
export function foreignText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/[\t-\r\u0085\u2028\u2029]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The same for every text inside of a value, to the depth that answers have. */
export function foreignValue(value: unknown, depthMax = 8): unknown {
  if (typeof value === 'string') return foreignText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depthMax === 0) return null;
  if (Array.isArray(value)) return value.map((each) => foreignValue(each, depthMax - 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, foreignValue(each, depthMax - 1)]));
}
