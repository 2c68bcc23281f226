import { foldDisguises } from './deobfuscate.ts';
import { findEmails } from './find-emails.ts';
import { findPhones } from './find-phones.ts';
import { findWrittenEmails } from './find-written-emails.ts';
import { formatPhone } from './format-phone.ts';
import { isJunkEmail } from './junk-emails.ts';

const noSite: ReadonlySet<string> = new Set();

/** E-mails (lower case, junk left out: C4, P14) and phones (P12) in a short text: a search result, an ad. Each once, in first-seen order. */
export function findContactsInText(
  text: string,
  { country }: { country: string | null },
): { emails: string[]; phones: string[] } {
  const plain = foldDisguises(text);
  const emails = new Set<string>();
  for (const { value } of [...findEmails(plain), ...findWrittenEmails(plain)].sort((a, b) => a.start - b.start)) {
    if (!isJunkEmail(value, { siteDomains: noSite })) emails.add(value);
  }
  const phones = new Map<string, string>();
  for (const { number } of findPhones(plain, { country }))
    if (!phones.has(number.number)) phones.set(number.number, formatPhone(number));
  return { emails: [...emails], phones: [...phones.values()] };
}
