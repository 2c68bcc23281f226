import { contactLimits } from './limits.ts';

/** The text around a place, on one line, without control characters. */
export function snippetAround(text: string, start: number, end: number): string {
  const room = Math.max(0, contactLimits.snippetCharactersMax - (end - start));
  const from = Math.max(0, start - Math.floor(room / 2));
  return cleanSnippet(text.slice(from, from + contactLimits.snippetCharactersMax));
}

export function cleanSnippet(text: string): string {
  return text
    .slice(0, contactLimits.snippetCharactersMax)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
}
