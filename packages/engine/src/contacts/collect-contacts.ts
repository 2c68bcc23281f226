import { decodeCloudflare, decodeTypo3, findHexEmails, foldDisguises, reverse, rot13 } from './deobfuscate.ts';
import { findEmails } from './find-emails.ts';
import { findPhones, toNumber } from './find-phones.ts';
import { findScriptEmails } from './find-script-emails.ts';
import { mayBeSocial, socialLink } from './find-social-links.ts';
import { findWrittenEmails } from './find-written-emails.ts';
import { formatPhone } from './format-phone.ts';
import type { FindMethod, FoundContact } from './found-contact.ts';
import { isAlwaysJunk } from './junk-emails.ts';
import { contactLimits } from './limits.ts';
import type { Markup } from './markup.ts';
import { cleanSnippet, snippetAround } from './snippet.ts';

/** The contacts of one page: each value once, with its best evidence, in the order in which it was first seen. */
export function collectContacts(
  markup: Markup,
  { country, absolute }: { country: string | null; absolute: (href: string) => string | null },
): FoundContact[] {
  const book = createBook();
  const text = foldDisguises(markup.text);
  const textMethod = (value: string) =>
    markup.entityTexts.some((each) => each.toLowerCase().includes(value)) ? 'entity' : 'text';

  for (const { href, method } of markup.profiles)
    book.social(href, { method, confidence: 0.95, snippet: cleanSnippet(href) });
  for (const { href, text: linkText } of markup.links) readLink(book, { href, linkText, country, absolute });
  for (const { value, start, end } of findEmails(text))
    book.email(value, { method: textMethod(value), confidence: 0.95, snippet: snippetAround(text, start, end) });
  for (const hex of markup.cloudflare)
    addEmails(book, decodeCloudflare(hex) ?? '', { method: 'cfemail', confidence: 0.97 });
  for (const { value, start, end } of findWrittenEmails(text)) {
    book.email(value, { method: 'obfuscated', confidence: 0.85, snippet: snippetAround(text, start, end) });
  }
  for (const { value } of findHexEmails(text))
    book.email(value, { method: 'obfuscated', confidence: 0.8, snippet: value });
  for (const each of markup.reversedTexts) addEmails(book, reverse(each), { method: 'obfuscated', confidence: 0.85 });
  for (const { kind, value, method } of markup.marked) {
    if (kind === 'email') addEmails(book, foldDisguises(value), { method, confidence: 0.97 });
    // `Fax: +1 …`: an h-card's number may carry its type in words.
    else
      book.phone(value.replace(/^[^\d+(]{1,40}/, ''), /^\W{0,4}(?:tele)?fax/i.test(value) ? 'fax' : kind, country, {
        method,
        confidence: 0.97,
        snippet: cleanSnippet(value),
      });
  }
  for (const { name, value } of markup.attributes) readAttribute(book, name, value);
  for (const script of markup.scripts) {
    for (const { value } of findScriptEmails(script))
      book.email(value, { method: 'script', confidence: 0.6, snippet: value });
  }
  for (const { number, kind, start, end, confidence } of findPhones(text, { country })) {
    book.add({
      kind,
      value: formatPhone(number),
      e164: number.number,
      confidence,
      method: 'text',
      snippet: snippetAround(text, start, end),
    });
  }
  return book.all();
}

/** Of two spellings of one profile: the one without a language in its host, then the one with capitals, which is the owner's own. */
function isBetterSpelling(next: FoundContact, known: FoundContact): boolean {
  if (hasLanguageHost(next.value) !== hasLanguageHost(known.value)) return hasLanguageHost(known.value);
  return capitals(next.value) > 0 && capitals(known.value) === 0;
}

function capitals(href: string): number {
  return href.slice(href.indexOf('/', 8)).replace(/%[0-9A-F]{2}|[^A-Z]/g, '').length;
}

function hasLanguageHost(href: string): boolean {
  return /^https?:\/\/[a-z]{2}(?:-[a-z]{2})?\.(?!me\/)/i.test(href);
}

interface Evidence {
  method: FindMethod;
  confidence: number;
  snippet: string;
}

function createBook() {
  const byKey = new Map<string, FoundContact>();
  const counts = { email: 0, phone: 0, fax: 0, social: 0 };
  const most = {
    email: contactLimits.emailsPerPageMax,
    phone: contactLimits.phonesPerPageMax,
    fax: contactLimits.phonesPerPageMax,
    social: contactLimits.socialLinksPerPageMax,
  };
  function add(contact: FoundContact, key = contact.e164 ?? contact.value): void {
    const group = contact.kind === 'fax' ? 'phone' : contact.kind;
    const full = `${group} ${key}`;
    const known = byKey.get(full);
    if (!known) {
      counts[contact.kind] += 1;
      if (counts[contact.kind] <= most[contact.kind]) byKey.set(full, contact);
      return;
    }
    // A fax that is also called a phone somewhere is a phone.
    if (known.kind === 'fax' && contact.kind === 'phone') known.kind = 'phone';
    if (known.kind === 'social' && isBetterSpelling(contact, known)) known.value = contact.value;
    if (contact.confidence > known.confidence)
      Object.assign(known, { ...contact, kind: known.kind, value: known.value });
  }
  const links = new Set<string>();
  return {
    add,
    /** A link of a scheme such as `mailto:` is taken apart once, and only so many of them. */
    isNewLink(href: string): boolean {
      if (links.has(href) || links.size >= contactLimits.contactLinksMax) return false;
      links.add(href);
      return true;
    },
    email(value: string, evidence: Evidence): void {
      if (!isAlwaysJunk(value)) add({ kind: 'email', value, e164: null, ...evidence });
    },
    phone(shown: string, kind: 'phone' | 'fax', country: string | null, evidence: Evidence): void {
      const number = toNumber(shown, country);
      if (number?.isPossible()) add({ kind, value: formatPhone(number), e164: number.number, ...evidence });
    },
    social(href: string, evidence: Evidence): void {
      const link = socialLink(href);
      if (link) add({ kind: 'social', value: link.value, e164: null, ...evidence }, link.key);
    },
    all: () => [...byKey.values()],
  };
}

type Book = ReturnType<typeof createBook>;

function addEmails(book: Book, text: string, { method, confidence }: { method: FindMethod; confidence: number }): void {
  const found = findEmails(text);
  for (const { value } of found) book.email(value, { method, confidence, snippet: value });
  if (found.length === 0)
    for (const { value } of findWrittenEmails(text)) book.email(value, { method, confidence, snippet: value });
}

function readLink(
  book: Book,
  {
    href,
    linkText,
    country,
    absolute,
  }: { href: string; linkText: string; country: string | null; absolute: (href: string) => string | null },
): void {
  const scheme = href.startsWith('http') ? undefined : otherScheme.exec(href)?.[1]?.toLowerCase();
  if (scheme !== undefined && !book.isNewLink(href)) return;
  const snippet = () => cleanSnippet(linkText === '' ? href : linkText);
  if (scheme === 'mailto') {
    const [addresses = ''] = percentDecoded(href.slice(href.indexOf(':') + 1)).split('?');
    for (const { value } of findEmails(foldDisguises(addresses)))
      book.email(value, { method: 'mailto', confidence: 1, snippet: snippet() });
    if (!addresses.includes('@'))
      for (const { value } of findWrittenEmails(addresses))
        book.email(value, { method: 'mailto', confidence: 0.9, snippet: snippet() });
    return;
  }
  if (scheme === 'tel' || scheme === 'callto' || scheme === 'sms' || scheme === 'fax') {
    const shown = percentDecoded(href.slice(href.indexOf(':') + 1).replace(/^\/{1,2}/, '')).split(/[;?]/, 1)[0]!;
    const kind = scheme === 'fax' || /\bfax\b/i.test(linkText) ? 'fax' : 'phone';
    book.phone(shown, kind, country, { method: 'tel', confidence: 1, snippet: snippet() });
    return;
  }
  if (scheme === 'whatsapp') {
    const shown = /[?&]phone=(?:%2b|\+)?(\d{7,15})/i.exec(href)?.[1];
    if (shown) book.phone(`+${shown}`, 'phone', country, { method: 'wa.me', confidence: 0.95, snippet: snippet() });
    return;
  }
  if (scheme === 'javascript') {
    readScriptLink(book, href);
    return;
  }
  const cloudflare = href.includes('email-protection#')
    ? /\/cdn-cgi\/l\/email-protection#([0-9a-f]{6,600})/i.exec(href)?.[1]
    : undefined;
  if (cloudflare) {
    addEmails(book, decodeCloudflare(cloudflare) ?? '', { method: 'cfemail', confidence: 0.97 });
    return;
  }
  if (!mayBeSocial(href)) return;
  const address = absolute(href);
  if (!address) return;
  const whatsapp =
    /^https?:\/\/wa\.me\/\+?(\d{7,15})/i.exec(address)?.[1] ??
    /^https?:\/\/(?:api|web)\.whatsapp\.com\/send\/?\?(?:.{0,300}&)?phone=(?:%2B|\+)?(\d{7,15})/i.exec(address)?.[1];
  if (whatsapp) book.phone(`+${whatsapp}`, 'phone', country, { method: 'wa.me', confidence: 0.95, snippet: snippet() });
  // The address as the page writes it, where that is absolute already.
  const asWritten = /^https?:\/\//i.test(href) ? href : address;
  book.social(asWritten, { method: 'link', confidence: 0.9, snippet: snippet() });
}

const otherScheme = /^([a-z]{2,12}):/i;

function readScriptLink(book: Book, href: string): void {
  const cipher = /UnCryptMailto\((?:%27|['"])([^'"%]{8,600}|[^'"]{8,600}?)(?:%27|['"])/i.exec(href)?.[1];
  if (cipher) {
    const plain = decodeTypo3(percentDecoded(cipher).replaceAll('\\', '')) ?? '';
    addEmails(book, plain, { method: 'obfuscated', confidence: 0.95 });
    return;
  }
  for (const { value } of findScriptEmails(percentDecoded(href)))
    book.email(value, { method: 'script', confidence: 0.8, snippet: value });
}

function readAttribute(book: Book, name: string, value: string): void {
  if (name === 'data-mailto-token') {
    addEmails(book, decodeTypo3(value) ?? '', { method: 'obfuscated', confidence: 0.95 });
    return;
  }
  const decoded = percentDecoded(value);
  const plain = findEmails(decoded);
  for (const { value: address } of plain)
    book.email(address, { method: 'attribute', confidence: 0.6, snippet: cleanSnippet(decoded) });
  if (plain.length > 0 || !name.startsWith('data-')) {
    if (name === 'onclick')
      for (const { value: address } of findScriptEmails(decoded))
        book.email(address, { method: 'script', confidence: 0.6, snippet: address });
    return;
  }
  for (const { value: address } of findWrittenEmails(decoded))
    book.email(address, { method: 'obfuscated', confidence: 0.7, snippet: cleanSnippet(decoded) });
  const signed = decoded.replace(/[[(]at[\])]/i, '@');
  const secrets = signed.includes('@') ? [rot13(signed), reverse(signed)] : [fromHex(value), fromBase64(value)];
  for (const secret of secrets) {
    if (secret.includes('@') || /[[(]at[\])]/i.test(secret))
      addEmails(book, secret, { method: 'obfuscated', confidence: 0.7 });
  }
}

function fromHex(value: string): string {
  return /^(?:[0-9a-f]{2}){6,100}$/i.test(value) ? Buffer.from(value, 'hex').toString('latin1') : '';
}

function fromBase64(value: string): string {
  if (!/^[A-Za-z0-9+/]{12,198}={0,2}$/.test(value)) return '';
  const text = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]+$/.test(text) ? text : '';
}

function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll('%40', '@').replaceAll('%20', ' ');
  }
}
