import { socialLink } from './find-social-links.ts';
import type { FoundContact } from './found-contact.ts';
import { isJunkEmail, siteDomain } from './junk-emails.ts';
import type { PageScan } from './scan-page.ts';

/** A contact of a site with every page that carries it. */
export interface SiteContact {
  kind: FoundContact['kind'];
  value: string;
  e164: string | null;
  confidence: number;
  evidence: { pageUrl: string; method: string; snippet: string }[];
}

export interface SiteContacts {
  /** Of the site's own registrable domain (B5). */
  emails: string[];
  allEmails: string[];
  phones: string[];
  socialLinks: string[];
  contacts: SiteContact[];
}

/** The contacts of all pages of a site, each once, in first-seen order. `siteUrls`: the requested and the final address. */
export function mergeContacts(scans: readonly PageScan[], { siteUrls }: { siteUrls: readonly string[] }): SiteContacts {
  const siteDomains = new Set(siteUrls.map((url) => siteDomain(new URL(url).hostname)));
  const byKey = new Map<string, SiteContact>();
  for (const scan of scans) {
    for (const contact of scan.contacts) {
      if (contact.kind === 'email' && isJunkEmail(contact.value, { siteDomains })) continue;
      addContact(byKey, contact, scan.url);
    }
  }
  const contacts = [...byKey.values()];
  const allEmails = contacts.filter(({ kind }) => kind === 'email').map(({ value }) => value);
  return {
    emails: allEmails.filter((address) => siteDomains.has(siteDomain(address.slice(address.lastIndexOf('@') + 1)))),
    allEmails,
    phones: contacts.filter(({ kind }) => kind === 'phone' || kind === 'fax').map(({ value }) => value),
    socialLinks: contacts.filter(({ kind }) => kind === 'social').map(({ value }) => value),
    contacts,
  };
}

function addContact(byKey: Map<string, SiteContact>, contact: FoundContact, pageUrl: string): void {
  const key =
    contact.kind === 'social'
      ? `social ${socialLink(contact.value)?.key}`
      : contact.kind === 'email'
        ? contact.value
        : `phone ${contact.e164 ?? contact.value}`;
  const evidence = { pageUrl, method: contact.method, snippet: contact.snippet };
  const known = byKey.get(key);
  if (!known) {
    const { kind, value, e164, confidence } = contact;
    byKey.set(key, { kind, value, e164, confidence, evidence: [evidence] });
    return;
  }
  known.confidence = Math.max(known.confidence, contact.confidence);
  if (known.kind === 'fax' && contact.kind === 'phone') known.kind = 'phone';
  known.evidence.push(evidence);
}
