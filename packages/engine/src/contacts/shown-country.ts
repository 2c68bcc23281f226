import { toNumber } from './find-phones.ts';
import { contactLimits } from './limits.ts';
import type { Markup } from './markup.ts';

/** The country of most of the numbers that a page writes with their calling code; null where there are none. */
export function shownCountry(markup: Markup): string | null {
  const counts = new Map<string, number>();
  let looks = 0;
  function look(text: string): void {
    looks += 1;
    const number = toNumber(text, null);
    if (!number?.isPossible()) return;
    const country = number.country ?? (number.countryCallingCode === '1' ? 'US' : undefined);
    if (country) counts.set(country, (counts.get(country) ?? 0) + 1);
  }
  const { text, links, marked } = markup;
  for (const { kind, value } of marked) if (kind !== 'email' && value.startsWith('+')) look(value);
  for (const { href } of links) {
    if (looks >= contactLimits.shownNumbersMax) break;
    if (/^tel:(?:\+|%2b)/i.test(href)) look(href.slice(4).replace(/^%2b/i, '+'));
  }
  for (let at = text.indexOf('+'); at >= 0 && looks < contactLimits.shownNumbersMax; at = text.indexOf('+', at + 1)) {
    // A class and a fixed bound, anchored: no way back beyond it.
    const shown = /^\+\d[\d ()./-]{6,20}/.exec(text.slice(at, at + 24))?.[0];
    if (shown) look(shown.replace(/[^\d]+$/, ''));
  }
  let most: string | null = null;
  for (const [country, count] of counts) if (most === null || count > counts.get(most)!) most = country;
  return most;
}
