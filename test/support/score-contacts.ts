import { readdirSync, readFileSync } from 'node:fs';
import { mergeContacts, scanPage } from '@leadgen/engine';
import { fixture } from './fixtures.ts';

/** Right, wrong and missing values of one kind over all pages. */
export interface Score {
  right: number;
  wrong: string[];
  missing: string[];
}

export type ContactKind = 'emails' | 'phones' | 'socialLinks';

interface Label {
  page: string;
  site_host: string | null;
  emails: { value: string; note?: string }[];
  phones: { shown: string; e164: string | null; note?: string }[];
  social_links: (string | { value: string; note?: string })[];
  metadata: { title: string; description: string; keywords: string; image: string };
}

/** Reads every labelled page and holds what was found against its label; borderline labels count neither way. */
export function scoreContacts(): Record<ContactKind, Score> & { metadata: Score } {
  const scores = { emails: newScore(), phones: newScore(), socialLinks: newScore(), metadata: newScore() };
  for (const file of readdirSync(fixture('contacts', 'labels')).sort()) {
    const label = JSON.parse(readFileSync(fixture('contacts', 'labels', file), 'utf8')) as Label;
    const body = readFileSync(fixture('contacts', 'pages', label.page));
    const url = `https://${label.site_host ?? 'unknown.example'}/`;
    const scan = scanPage({ body, contentType: 'text/html', url });
    const found = mergeContacts([scan], { siteUrls: [url] });
    compare(
      scores.emails,
      label.page,
      found.allEmails,
      split(label.emails, (each) => each.value.toLowerCase()),
    );
    compare(
      scores.phones,
      label.page,
      found.contacts.filter(({ kind }) => kind === 'phone' || kind === 'fax').map((c) => phoneKey(c.e164 ?? c.value)),
      split(label.phones, (each) => phoneKey(each.e164 ?? each.shown)),
    );
    compare(
      scores.socialLinks,
      label.page,
      found.socialLinks.map(socialKey),
      split(
        label.social_links.map((each) => (typeof each === 'string' ? { value: each } : each)),
        (each) => socialKey(each.value),
      ),
    );
    for (const name of ['title', 'description', 'keywords', 'image'] as const) {
      const is = normal(scan.metadata[name]);
      const wanted = metadataOf(label, name, url);
      if (wanted.includes(is)) scores.metadata.right += 1;
      else scores.metadata.wrong.push(`${label.page} ${name}: ${is.slice(0, 80)} ≠ ${wanted[0]!.slice(0, 80)}`);
    }
  }
  return scores;
}

export function f1({ right, wrong, missing }: Score): number {
  return right === 0 ? 0 : (2 * right) / (2 * right + wrong.length + missing.length);
}

function compare(
  score: Score,
  page: string,
  found: string[],
  label: { wanted: Set<string>; optional: Set<string> },
): void {
  const distinct = new Set(found);
  for (const value of distinct) {
    if (label.wanted.has(value)) score.right += 1;
    else if (!label.optional.has(value)) score.wrong.push(`${page}: ${value}`);
  }
  for (const value of label.wanted) if (!distinct.has(value)) score.missing.push(`${page}: ${value}`);
}

function split<T extends { note?: string }>(
  labels: T[],
  keyOf: (label: T) => string,
): { wanted: Set<string>; optional: Set<string> } {
  const wanted = new Set<string>();
  const optional = new Set<string>();
  for (const label of labels) (label.note?.startsWith('borderline') ? optional : wanted).add(keyOf(label));
  return { wanted, optional };
}

/** The last nine digits: labels and findings may differ in the trunk prefix alone. */
function phoneKey(value: string): string {
  return value.replace(/\D/g, '').slice(-9);
}

function socialKey(href: string): string {
  const url = new URL(href);
  const host = url.hostname.replace(/^(?:www|m)\./, '').replace(/^twitter\.com$/, 'x.com');
  return `${host}${url.pathname.replace(/\/+$/, '')}`;
}

function newScore(): Score {
  return { right: 0, wrong: [], missing: [] };
}

/** The label's value; an image is made absolute, an empty description may be that of Open Graph, which the label does not give. */
function metadataOf(label: Label, name: keyof Label['metadata'], url: string): string[] {
  const value = normal(label.metadata[name]);
  if (name === 'image' && value !== '') return [value, URL.parse(value, url)?.href ?? value];
  return [value];
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
