import { stripVTControlCharacters } from 'node:util';

/**
 * Foreign text as one line that a terminal can only show: no control characters, no escape sequences, nothing that turns the
 * direction of the text around it. Single characters are replaced, so the expressions cannot backtrack.
 */
export function printableText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/[\s\u0085]/gu, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}
