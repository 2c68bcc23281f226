import { type EmailMatch, findEmails } from './find-emails.ts';
import { contactLimits } from './limits.ts';

/** Zero-width and full-width characters that hide an address from a plain search; gone, the text says what a person reads. */
export function foldDisguises(text: string): string {
  if (!disguise.test(text)) return text;
  const visible = text.replace(invisible, '');
  if (!fullWidth.test(visible)) return visible;
  const units = new Uint16Array(visible.length);
  for (let index = 0; index < visible.length; index += 1) {
    const code = visible.charCodeAt(index);
    units[index] = code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code;
  }
  return Buffer.from(units.buffer).toString('utf16le');
}

const disguise = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\uff01-\uff5e]/;
const invisible = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const fullWidth = /[\uff01-\uff5e]/;

/** Cloudflare: the first byte is the key for all others. */
export function decodeCloudflare(hex: string): string | null {
  if (!/^[0-9a-f]{6,600}$/i.test(hex) || hex.length % 2 !== 0) return null;
  const bytes = Buffer.from(hex, 'hex');
  const key = bytes[0]!;
  return new TextDecoder().decode(bytes.subarray(1).map((byte) => byte ^ key));
}

/** TYPO3's `linkTo_UnCryptMailto('…')`: letters shifted within their own ranges by an unknown offset; the right one gives `mailto:`. */
export function decodeTypo3(cipher: string): string | null {
  const text = cipher.slice(0, 600);
  for (let offset = -26; offset <= 26; offset += 1) {
    if (shiftText(text.slice(0, mailto.length), offset) === mailto) return shiftText(text, offset).slice(mailto.length);
  }
  return null;
}

const mailto = 'mailto:';

function shiftText(text: string, offset: number): string {
  return Array.from(text, (character) => shiftTypo3(character.charCodeAt(0), offset)).join('');
}

const typo3Ranges = [
  [0x2b, 0x3a],
  [0x40, 0x5a],
  [0x61, 0x7a],
] as const;

function shiftTypo3(code: number, offset: number): string {
  for (const [low, high] of typo3Ranges) {
    if (code < low || code > high) continue;
    const size = high - low + 1;
    return String.fromCharCode(low + ((((code - low + offset) % size) + size) % size));
  }
  return String.fromCharCode(code);
}

export function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

export function reverse(text: string): string {
  return Array.from(text).reverse().join('');
}

/** Addresses spelled as hexadecimal digits in the text, for a script to turn back; found from the `40` that is their `@`. */
export function findHexEmails(text: string): EmailMatch[] {
  const matches: EmailMatch[] = [];
  let end = 0;
  for (let at = text.indexOf('40'); at >= 0; at = text.indexOf('40', Math.max(at + 1, end))) {
    let start = at;
    const leftEnd = Math.max(end, at - 2 * contactLimits.localPartCharactersMax - 1);
    while (start > leftEnd && isHex(text.charCodeAt(start - 1))) start -= 1;
    end = at + 2;
    const rightEnd = Math.min(text.length, at + hexDomainDigitsMax);
    while (end < rightEnd && isHex(text.charCodeAt(end))) end += 1;
    if (at - start < 2 || end - at < 10 || (end - start) % 2 !== 0 || isHex(text.charCodeAt(start - 1))) continue;
    const plain = once(Buffer.from(text.slice(start, end), 'hex').toString('latin1'));
    for (const { value } of findEmails(plain)) if (plain.toLowerCase() === value) matches.push({ value, start, end });
    if (matches.length >= contactLimits.emailsPerPageMax) break;
  }
  return matches;
}

const hexDomainDigitsMax = 202;

/** Two elements with the same address, one within the other, give it twice in a row. */
function once(text: string): string {
  const half = text.slice(0, text.length / 2);
  return half + half === text ? half : text;
}

function isHex(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
