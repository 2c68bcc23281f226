import { emailAddress } from './email-address.ts';
import type { EmailMatch } from './find-emails.ts';
import { contactLimits } from './limits.ts';

/** What stands for the `@`, looked at only in the places of `signPlaces`; every part is bounded. */
const writtenAt =
  /[[({<«]\s{0,3}(?:at|ad|ät|aet|@|arroba|arobase|à|ed|chez|klammeraffe|chiocciola|małpa|apenstaartje|zavináč|snabel-?a|krøllalfa|kukac|собака|アットマーク|アット|a)\s{0,3}[\])}>»]|\s{1,3}(?:_at_|-at-|\*at\*|\/at\/)\s{0,3}|_at_|[★☆]|\s(?:AT|at|arroba|arobase|chiocciola|ät)\s/iuy;
const bracketedDot =
  /^\s{0,3}[[({<«]\s{0,3}(?:dot|punkt|point|punto|ponto|punt|kropka|tečka|точка|ドット|\.)\s{0,3}[\])}>»]\s{0,3}/iu;
const spacedDot = /^\s{1,3}(?:dot|DOT|punkt|PUNKT|punto|ponto|point)\s{1,3}/u;

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
  const isWord = /^\s\p{L}{1,12}\s$/u.test(sign);
  const domain = readDomain(text, index + sign.length, isWord);
  if (!domain) return null;
  const before = text.slice(Math.max(0, index - 140), index);
  const localText = before.replace(
    /\s{0,3}[[({]\s{0,3}(?:dot|punkt|point|punto|ponto|punt|kropka)\s{0,3}[\])}]\s{0,3}/giu,
    '.',
  );
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
  for (const word of ['_at_', '★', '☆']) {
    let count = 0;
    for (let index = text.indexOf(word); index >= 0 && count < most; index = text.indexOf(word, index + 1)) {
      count += 1;
      places.push(index);
    }
  }
  if (spelledDot.test(text)) {
    let count = 0;
    for (const { index } of text.matchAll(/\s(?:AT|at|arroba|arobase|chiocciola|ät)(?=\s)/g)) {
      count += 1;
      if (count > most) break;
      places.push(index);
    }
  }
  return places.sort((a, b) => a - b);
}

const joinedSigns = ['_at_', '-at-', '*at*', '/at/'];
/** White space, or what the words in the brackets of `writtenAt` start with. */
const signStarts = new Set(Array.from('aAäÄàÀ@eEcCkKmMzZsSсСア \n\t\u00a0', (letter) => letter.charCodeAt(0)));
const spelledDot = /(?:dot|punkt|point|punto|ponto)[\s)\]}>]/i;

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
