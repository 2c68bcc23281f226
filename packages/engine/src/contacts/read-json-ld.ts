import { contactLimits } from './limits.ts';

export interface JsonLdFacts {
  emails: string[];
  phones: { value: string; kind: 'phone' | 'fax' }[];
  links: string[];
  country: string | null;
}

/** What structured data says of contacts; broken JSON says nothing. */
export function readJsonLd(text: string): JsonLdFacts {
  const facts: JsonLdFacts = { emails: [], phones: [], links: [], country: null };
  if (text.length > contactLimits.jsonLdCharactersMax) return facts;
  const plain = withoutFrame(text.trim());
  walk(parse(plain) ?? parse(mended(plain)), 0, facts);
  return facts;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Without the two faults that hands make: a comma before a closing bracket, and line breaks within a string. */
function mended(text: string): string {
  return text.replace(/[\n\r\t]/g, ' ').replace(/,(\s{0,200}[}\]])/g, '$1');
}

/** Comment signs around the document, for browsers of another age. */
function withoutFrame(text: string): string {
  if (text.startsWith('{') || text.startsWith('[')) return text;
  return text.replace(
    /^<!--|-->$|^\/\*<!\[CDATA\[\*\/|\/\*\]\]>\*\/$|^<!\[CDATA\[|\]\]>$|^\/\/<!\[CDATA\[|\/\/\]\]>$/g,
    '',
  );
}

function walk(node: unknown, depth: number, facts: JsonLdFacts): void {
  if (depth > contactLimits.jsonLdDepthMax || typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) walk(each, depth + 1, facts);
    return;
  }
  for (const name in node) {
    const value = (node as Record<string, unknown>)[name];
    if (isTelling.has(name)) {
      const texts = (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === 'string');
      readProperty(name, texts, facts);
    }
    if (typeof value === 'object') walk(value, depth + 1, facts);
  }
}

const isTelling: ReadonlySet<string> = new Set(['email', 'telephone', 'faxNumber', 'sameAs', 'url', 'addressCountry']);

function readProperty(name: string, texts: string[], facts: JsonLdFacts): void {
  if (name === 'email') facts.emails.push(...texts.map((each) => each.replace(/^mailto:/i, '').trim()));
  else if (name === 'telephone')
    facts.phones.push(...texts.map((each) => ({ value: each.replace(/^tel:/i, ''), kind: 'phone' as const })));
  else if (name === 'faxNumber') facts.phones.push(...texts.map((each) => ({ value: each, kind: 'fax' as const })));
  else if (name === 'addressCountry') {
    if (texts[0] && /^[a-z]{2}$/i.test(texts[0])) facts.country ??= texts[0].toUpperCase();
  } else facts.links.push(...texts);
}
