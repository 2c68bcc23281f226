import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import { contactLimits } from './limits.ts';
import type { Markup } from './markup.ts';

/** The largest of the countries that share a calling code. */
const mainCountries: Record<string, string> = {
  1: 'US',
  7: 'RU',
  39: 'IT',
  44: 'GB',
  47: 'NO',
  61: 'AU',
  212: 'MA',
  262: 'RE',
  290: 'SH',
  358: 'FI',
  590: 'GP',
  599: 'CW',
};
const countryByCode = new Map<string, string>();
for (const country of getCountries()) {
  const code = getCountryCallingCode(country);
  countryByCode.set(code, mainCountries[code] ?? country);
}

/** The country of most of the numbers that a page writes with their calling code; null where there are none. */
export function shownCountry({ text, links, marked }: Markup): string | null {
  const counts = new Map<string, number>();
  let looks = 0;
  function look(shown: string): void {
    looks += 1;
    const digits = shown.replace(/\D/g, '');
    if (digits.length < 8 || digits.length > 15) return;
    const country = [1, 2, 3].map((length) => countryByCode.get(digits.slice(0, length))).find(Boolean);
    if (country) counts.set(country, (counts.get(country) ?? 0) + 1);
  }
  for (const { kind, value } of marked) if (kind !== 'email' && value.startsWith('+')) look(value);
  for (const { href } of links) {
    if (looks >= contactLimits.shownNumbersMax) break;
    if (/^tel:(?:\+|%2b)/i.test(href)) look(href.slice(4).replace(/^%2b/i, '+'));
  }
  for (let at = text.indexOf('+'); at >= 0 && looks < contactLimits.shownNumbersMax; at = text.indexOf('+', at + 1)) {
    // A class and a fixed bound, anchored: no way back beyond it.
    const shown = /^\+\d[\d ()./-]{6,20}/.exec(text.slice(at, at + 24))?.[0];
    if (shown) look(shown);
  }
  let most: string | null = null;
  for (const [country, count] of counts) if (most === null || count > counts.get(most)!) most = country;
  return most;
}
