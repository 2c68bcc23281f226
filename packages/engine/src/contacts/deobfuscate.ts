import { emailAddress } from './email-address.ts';
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
    const plain = Array.from(text, (character) => shiftTypo3(character.charCodeAt(0), offset)).join('');
    if (plain.startsWith('mailto:')) return plain.slice('mailto:'.length);
  }
  return null;
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

/** What stands for the `@`, looked at only where `mayBeSign` says so; every part is bounded. */
const writtenAt =
  /[[({<«]\s{0,3}(?:at|ad|ät|aet|@|arroba|ed|chez|klammeraffe|a)\s{0,3}[\])}>»]|\s{1,3}(?:_at_|-at-|\*at\*|\/at\/)\s{0,3}|\s(?:AT|at|arroba|ät)\s/iuy;
const bracketedDot = /^\s{0,3}[[({<«]\s{0,3}(?:dot|punkt|point|punto|ponto|\.)\s{0,3}[\])}>»]\s{0,3}/iu;
const spacedDot = /^\s{1,3}(?:dot|DOT|punkt|PUNKT|punto|point)\s{1,3}/u;

/** Addresses written for people: `name [at] domain (dot) de` and its German, French and Spanish kin. */
export function findWrittenEmails(text: string): EmailMatch[] {
  const matches: EmailMatch[] = [];
  let candidates = 0;
  for (const index of signPlaces(text)) {
    writtenAt.lastIndex = index;
    const sign = writtenAt.exec(text)?.[0];
    if (sign === undefined) continue;
    candidates += 1;
    if (candidates > contactLimits.writtenCandidatesMax || matches.length >= contactLimits.emailsPerPageMax) break;
    const match = readWritten(text, index, sign);
    if (match) matches.push(match);
  }
  return matches;
}

function readWritten(text: string, index: number, sign: string): EmailMatch | null {
  const isWord = /^\s\p{L}{1,8}\s$/u.test(sign);
  const domain = readDomain(text, index + sign.length, isWord);
  if (!domain) return null;
  const before = text.slice(Math.max(0, index - 140), index);
  const localText = before.replace(/\s{0,3}[[({]\s{0,3}(?:dot|punkt|point|punto)\s{0,3}[\])}]\s{0,3}/giu, '.');
  const local = /(?<![a-z0-9_.+-])([a-z0-9_][a-z0-9_.+-]{0,63})\s{0,3}$/i.exec(localText)?.[1];
  const value = local && emailAddress(local, domain.name);
  return value ? { value, start: Math.max(0, index - local.length), end: domain.end } : null;
}

/**
 * The places where a sign may begin, in order. Each is found by a search for one rare character or word, at the speed of memory; a bare ` at `, which
 * is an English word too, is looked for only where a dot is spelled as well.
 */
function signPlaces(text: string): number[] {
  const places: number[] = [];
  const most = contactLimits.writtenCandidatesMax;
  for (const bracket of '([{<«') {
    let count = 0;
    for (let index = text.indexOf(bracket); index >= 0 && count < most; index = text.indexOf(bracket, index + 1)) {
      if (!signStarts.has(text.charCodeAt(index + 1))) continue;
      count += 1;
      places.push(index);
    }
  }
  for (const word of joinedSigns) {
    let count = 0;
    for (let index = text.indexOf(word); index >= 0 && count < most; index = text.indexOf(word, index + 1)) {
      count += 1;
      places.push(index - 1);
    }
  }
  if (spelledDot.test(text)) {
    let count = 0;
    for (const { index } of text.matchAll(/\s(?:AT|at|arroba|ät)(?=\s)/g)) {
      count += 1;
      if (count > most) break;
      places.push(index);
    }
  }
  return places.sort((a, b) => a - b);
}

const joinedSigns = ['_at_', '-at-', '*at*', '/at/'];
/** White space, or what the words in the brackets of `writtenAt` start with. */
const signStarts = new Set(Array.from('aAäÄ@eEcCkK \n\t\u00a0', (letter) => letter.charCodeAt(0)));
const spelledDot = /(?:dot|punkt|point|punto)[\s)\]}>]/i;

/** @param onlyWords after a bare ` at `, which is an English word too, the dot has to be written as a word or a bracket as well. */
function readDomain(text: string, from: number, onlyWords: boolean): { name: string; end: number } | null {
  let position = from;
  while (position < from + 3 && /\s/.test(text[position] ?? '')) position += 1;
  let name = '';
  let written = false;
  for (let labels = 0; labels < 6; labels += 1) {
    const label = /^[\p{L}0-9][\p{L}0-9-]{0,62}/u.exec(text.slice(position, position + 63))?.[0];
    if (!label) break;
    name += label;
    position += label.length;
    const rest = text.slice(position, position + 24);
    const spelled = bracketedDot.exec(rest) ?? spacedDot.exec(rest);
    if (spelled) {
      written = true;
      name += '.';
      position += spelled[0].length;
    } else if (rest.startsWith('.') && /^\.[\p{L}0-9]/u.test(rest)) {
      name += '.';
      position += 1;
    } else break;
  }
  name = name.replace(/\.$/, '');
  if (!name.includes('.') || (onlyWords && !written)) return null;
  return { name, end: position };
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

/** How scripts fold an address, each with the sign without which there is nothing to do. */
const scriptFolds: { sign: string; unfold: (text: string) => string }[] = [
  {
    sign: 'fromCharCode',
    unfold: (text) =>
      text.replace(
        /String\.fromCharCode\(([\d\s,]{1,2000})\)/g,
        (_all, codes: string) => `"${String.fromCharCode(...codes.split(',').map(Number))}"`,
      ),
  },
  { sign: '\\x', unfold: (text) => text.replace(/\\x([0-9a-f]{2})/gi, fromHexadecimal) },
  { sign: '\\u00', unfold: (text) => text.replace(/\\u00([0-9a-f]{2})/gi, fromHexadecimal) },
  {
    sign: '&#',
    unfold: (text) => text.replace(/&#(\d{2,3});/g, (_all, code: string) => String.fromCharCode(Number(code))),
  },
  {
    sign: '%40',
    unfold: (text) => text.replace(/(?:%[0-9a-f]{2}){6,600}/gi, percentRun).replaceAll('%40', '@'),
  },
  { sign: '@', unfold: joinAllNames },
  { sign: '+', unfold: (text) => text.replace(/["']\s{0,20}\+\s{0,20}["']/g, '') },
  { sign: '\\', unfold: (text) => text.replace(/\\(["'/])/g, '$1') },
];

function fromHexadecimal(_all: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

/** Puts the addresses behind the script, whose variables stay as they are. */
function joinAllNames(text: string): string {
  let addresses = '';
  let joins = 0;
  for (const sign of ['"@"', "'@'"]) {
    for (
      let at = text.indexOf(sign);
      at >= 0 && joins < contactLimits.joinedNamesMax;
      at = text.indexOf(sign, at + 3)
    ) {
      joins += 1;
      const found = joinedNames.exec(text.slice(Math.max(0, at - 50), at + 60));
      if (found) addresses += joinNames(text, found[1]!, found[2]!) ?? '';
    }
  }
  return text + addresses;
}

const mayHold = /@|fromCharCode|\\x40|\\u0040|%40|&#/i;
/** `user + "@" + domain`, by the names of two variables. */
const joinedNames = /(?<![\w$."'])([a-z_$][\w$]{0,40})\s{0,4}\+\s{0,4}["']@["']\s{0,4}\+\s{0,4}([a-z_$][\w$]{0,40})/i;

function joinNames(script: string, user: string, domain: string): string | null {
  const [name, host] = [user, domain].map((variable) => {
    const pattern = `(?<![\\w$.])${variable.replaceAll('$', '\\$')}\\s{0,4}[=:]\\s{0,4}["']([^"'\\n]{1,100})["']`;
    return new RegExp(pattern).exec(script)?.[1];
  });
  return name && host ? ` "${name}@${host}" ` : null;
}

function percentRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

/** Addresses that a script puts together: concatenated strings, `\x40`, `%40`, `String.fromCharCode(…)`. */
export function findScriptEmails(script: string): EmailMatch[] {
  const text = script.slice(0, contactLimits.scriptCharactersMax);
  if (!mayHold.test(text)) return [];
  let joined = text;
  for (const { sign, unfold } of scriptFolds) if (joined.includes(sign)) joined = unfold(joined);
  return findEmails(joined);
}
