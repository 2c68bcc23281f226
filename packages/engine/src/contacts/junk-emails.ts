import { getDomain } from 'tldts';

/** B3: local parts that name nobody; exact, case folded. */
const junkLocalParts = new Set([
  'admin',
  'noreply',
  'no-reply',
  'no_reply',
  'donotreply',
  'do-not-reply',
  'test',
  'example',
  'yourname',
  'user',
  'username',
]);

/** Placeholders, site builders and error trackers: addresses there are never the site's, unless the site is theirs (B2). */
const junkDomains = new Set([
  'example.com',
  'example.org',
  'example.net',
  'domain.com',
  'yourdomain.com',
  'yourname.com',
  'yoursite.com',
  'yourcompany.com',
  'mydomain.com',
  'mysite.com',
  'email.com',
  'company.com',
  'website.com',
  'sample.com',
  'test.com',
  'address.com',
  'mail.domain.com',
  'beispiel.de',
  'ihredomain.de',
  'musterfirma.de',
  'exemple.com',
  'ejemplo.com',
  'wix.com',
  'wixpress.com',
  'wixsite.com',
  'editorx.com',
  'squarespace.com',
  'weebly.com',
  'godaddy.com',
  'secureserver.net',
  'jimdo.com',
  'webflow.com',
  'webflow.io',
  'sentry.io',
  'sentry-next.wixpress.com',
  'sentry.wixpress.com',
  'bugsnag.com',
  'rollbar.com',
  'raygun.io',
  'ingest.sentry.io',
]);

const reservedTlds = new Set(['test', 'example', 'invalid', 'localhost']);

const fileSuffix = /\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|css|js|mjs|json|woff2?|ttf|eot|mp4|webm|pdf)$/i;

/** Whether an address is junk wherever it stands: a generic local part, a file name, a tracker's key. */
export function isAlwaysJunk(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (junkLocalParts.has(local) || fileSuffix.test(address)) return true;
  // Keys of error trackers: 32 hexadecimal digits.
  return /^[0-9a-f]{32}$/.test(local);
}

/** C4, B2 to B4. `siteDomains`: registrable domains (or hosts without one) of the crawled site, whose own addresses are no placeholders. */
export function isJunkEmail(address: string, { siteDomains }: { siteDomains: ReadonlySet<string> }): boolean {
  if (isAlwaysJunk(address)) return true;
  const host = address.slice(address.lastIndexOf('@') + 1);
  if (siteDomains.has(siteDomain(host))) return false;
  if (reservedTlds.has(host.slice(host.lastIndexOf('.') + 1))) return true;
  return (
    junkDomains.has(host) ||
    junkDomains.has(getDomain(host, { allowPrivateDomains: true }) ?? '') ||
    junkDomains.has(getDomain(host) ?? '')
  );
}

/** The registrable domain, private suffixes counted (`a.github.io`); a host without one stands for itself (B5). */
export function siteDomain(host: string): string {
  return getDomain(host, { allowPrivateDomains: true }) ?? host.toLowerCase();
}
