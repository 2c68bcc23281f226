import { type Business, businessOfHost } from './catalogue.ts';
import { escapeHtml } from './escape-html.ts';

/** A page of an invented web site; null for a host that is none of ours. */
export function webSitePage(host: string, path: string): { status: number; contentType: string; body: string } | null {
  const business = businessOfHost(host);
  if (!business) return null;
  if (path === '/robots.txt')
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: 'User-agent: *\nDisallow: /private\n' };
  const page = pages[path === '' ? '/' : path.replace(/\/$/, '') || '/'];
  if (!page)
    return {
      status: 404,
      contentType: 'text/html; charset=utf-8',
      body: '<!doctype html><title>Not found</title><p>There is no such page.</p>',
    };
  return { status: 200, contentType: 'text/html; charset=utf-8', body: layout(business, page(business)) };
}

interface Page {
  title: string;
  body: string;
}

const pages: Record<string, (business: Business) => Page> = {
  '/': ({ name, description, trade }) => ({
    title: name,
    body: `<h1>${escapeHtml(name)}</h1><p>${escapeHtml(description)}</p><p>Looking for a ${trade}? You are in the right place.</p>`,
  }),
  '/offer': ({ name, phone, emails }) => ({
    title: `This month's offer – ${name}`,
    body: `<h1>First visit free</h1><p>Call <a href="tel:${telephone(phone)}">${phone}</a> or write to <a href="mailto:${emails[1]}?subject=Offer">${emails[1]}</a>.</p>`,
  }),
  '/contact': ({ name, emails, phone, street, city }) => ({
    title: `Contact – ${name}`,
    body: `<h1>Contact</h1><p>${street}, ${city}</p><p>Phone: <a href="tel:${telephone(phone)}">${phone}</a></p><p>E-mail: <a href="mailto:${emails[0]}">${emails[0]}</a></p><p>Sales: <a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="${cloudflare(emails[1]!)}">[email protected]</a></p>`,
  }),
  '/about': ({ name, description }) => ({
    title: `About ${name}`,
    body: `<h1>About us</h1><p>${escapeHtml(description)}</p><p>We never stopped learning.</p>`,
  }),
  '/team': ({ name, emails, host }) => ({
    title: `Team – ${name}`,
    body: `<h1>Team</h1><ul><li>Ada Miller, owner: ada.miller [at] ${host.replaceAll('.', ' [dot] ')}</li><li>Press office: ${emails[2] ?? emails[0]}</li></ul>`,
  }),
  '/imprint': ({ name, street, city, emails }) => ({
    title: `Imprint – ${name}`,
    body: `<h1>Imprint</h1><p>${escapeHtml(name)}, ${street}, ${city}. ${emails[0]}</p>`,
  }),
  '/services': ({ name, trade }) => ({
    title: `Services – ${name}`,
    body: `<h1>Services</h1><p>Everything that a good ${trade} does.</p>`,
  }),
  '/news': ({ name }) => ({
    title: `News – ${name}`,
    body: '<h1>News</h1><p>On 12.05.2026 we opened our new room. Invoice number 2026-00417 was the thousandth.</p>',
  }),
};

function layout(business: Business, { title, body }: Page): string {
  const { name, host, description, trade } = business;
  const slug = host.replace('.home.arpa', '');
  return `<!doctype html><!-- Invented by the LeadGen Engine sandbox. --><html lang="en-US"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}"><meta name="keywords" content="${trade}, ${escapeHtml(business.city)}"><meta property="og:image" content="/images/front.jpg">
<script type="application/ld+json">${JSON.stringify({ '@context': 'https://schema.org', '@type': 'LocalBusiness', name, sameAs: [`https://www.facebook.com/${slug}`] })}</script></head><body>
<nav><a href="/">Home</a> <a href="/services">Services</a> <a href="/news">News</a> <a href="/about">About us</a> <a href="/team">Team</a> <a href="/contact">Contact</a> <a href="/imprint">Imprint</a></nav>
<main>${body}</main>
<footer><a href="https://www.instagram.com/${slug}/">Instagram</a> <a href="https://www.linkedin.com/company/${slug}">LinkedIn</a> <a href="https://www.facebook.com/sharer/sharer.php?u=http%3A%2F%2F${host}">Share</a></footer></body></html>`;
}

function telephone(phone: string): string {
  return `+1-${phone.replace(/\D/g, '').replace(/^(\d{3})(\d{3})(\d{4})$/, '$1-$2-$3')}`;
}

/** As Cloudflare hides addresses: a key byte, then every byte combined with it. */
function cloudflare(address: string): string {
  const key = 0x5a;
  return Buffer.from([key, ...Buffer.from(address).map((byte) => byte ^ key)]).toString('hex');
}
