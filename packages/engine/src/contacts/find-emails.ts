import { emailAddress } from './email-address.ts';
import { contactLimits } from './limits.ts';

export interface EmailMatch {
  value: string;
  start: number;
  end: number;
}

/**
 * Plain addresses in a text, found from each `@` outwards: at most 64 characters to its left and 253 to its right are looked at, so the time is
 * linear in the length of the text.
 */
export function findEmails(text: string): EmailMatch[] {
  const matches: EmailMatch[] = [];
  let candidates = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    candidates += 1;
    if (candidates > contactLimits.emailCandidatesMax || matches.length >= contactLimits.emailsPerPageMax) break;
    let start = at;
    const leftEnd = Math.max(0, at - contactLimits.localPartCharactersMax);
    while (start > leftEnd && isLocal(text.charCodeAt(start - 1))) start -= 1;
    if (start === at) continue;
    let end = at + 1;
    const rightEnd = Math.min(text.length, at + 1 + contactLimits.domainCharactersMax);
    while (end < rightEnd && isDomain(text.charCodeAt(end))) end += 1;
    const match = bestMatch(text, start, at, end);
    if (match) matches.push(match);
  }
  return matches;
}

/** The domain may run into the next word (`…@x.comPhone`, `…@x.com.`): it is cut back until it is one. */
function bestMatch(text: string, start: number, at: number, end: number): EmailMatch | null {
  let from = start;
  while (from < at && !isLocalEdge(text.charCodeAt(from))) from += 1;
  if (from === at) return null;
  // What is left of an escaped space or angle bracket.
  from += /^(?:20(?=\p{L})|u003[ce])?/u.exec(
    text[from - 1] === '%' || text[from] === 'u' ? text.slice(from, at) : '',
  )![0].length;
  const local = text.slice(from, at);
  const domain = text.slice(at + 1, end).replace(/[.-]+$/, '');
  const whole = emailAddress(local, domain);
  if (whole) return { value: whole, start: from, end: at + 1 + domain.length };
  // `info@firma.deTel`: a capital letter or a digit that starts the next word.
  const glued = /^([a-z0-9.-]{1,200}\.[a-z]{2,12})(?=[A-Z][a-zA-Z]|\d)/.exec(domain);
  const cut = glued ? emailAddress(local, glued[1]!) : null;
  if (cut) return { value: cut, start: from, end: at + 1 + glued![1]!.length };
  // `…@x.com.Next sentence`: labels are dropped from the right.
  const labels = domain.split('.');
  for (let count = labels.length - 1; count >= 2 && count >= labels.length - 2; count -= 1) {
    const shorter = labels.slice(0, count).join('.');
    const value = emailAddress(local, shorter);
    if (value && /[A-Z]/.test(labels[count] ?? '')) return { value, start: from, end: at + 1 + shorter.length };
  }
  return null;
}

function isLocal(code: number): boolean {
  return (
    isAlphanumeric(code) ||
    code === 46 ||
    code === 95 ||
    code === 45 ||
    code === 43 ||
    code === 37 ||
    code === 38 ||
    code === 39 ||
    code === 33 ||
    code === 35
  );
}

/** What an address may start with: not the quote or hyphen that stood before it. */
function isLocalEdge(code: number): boolean {
  return isAlphanumeric(code) || code === 95;
}

function isDomain(code: number): boolean {
  return isAlphanumeric(code) || code === 46 || code === 45 || code > 0xbf;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}
