import { serpLimits } from './limits.ts';

/**
 * The address behind an engine's redirect links (`/url?q=`, `ck/a?u=a1…`, `aclick?u=…`, `/RU=…/`, `uddg=`, `y.js`), decoded in a loop.
 * What can't be decoded offline (Google's `/goto?url=` of 2026, an ad link without its target) comes back as it is.
 */
export function decodeRedirectLink(href: string, baseUrl: string): string {
  return redirectChain(href, baseUrl).at(-1) ?? '';
}

/** Whether a link goes through a click that somebody pays for, wherever it leads in the end. */
export function isAdRedirect(href: string, baseUrl: string): boolean {
  return redirectChain(href, baseUrl).some((address) => {
    const { hostname, pathname } = new URL(address);
    return (
      (isGoogle(hostname) && pathname === '/aclk') ||
      /(?:^|\.)googleadservices\.com$/.test(hostname) ||
      (isBing(hostname) && /^\/(?:aclick|aclk)$/.test(pathname)) ||
      (/(?:^|\.)duckduckgo\.com$/.test(hostname) && pathname === '/y.js')
    );
  });
}

/** The address of a link and those behind it; empty where it is none of the web. */
function redirectChain(href: string, baseUrl: string): string[] {
  const chain: string[] = [];
  let address = absolute(href, baseUrl);
  while (address !== '' && !chain.includes(address)) {
    chain.push(address);
    if (chain.length > serpLimits.redirectHopsMax) break;
    const next = decodeOnce(new URL(address));
    address = next === null ? '' : absolute(next, address);
  }
  return chain;
}

/** Whether an address is a redirect that only its engine can resolve. */
export function isOpaqueRedirect(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname, pathname } = new URL(address);
  return (
    (isGoogle(hostname) && (pathname === '/goto' || pathname === '/url' || pathname === '/aclk')) ||
    /(?:^|\.)googleadservices\.com$/.test(hostname) ||
    (isBing(hostname) && /^\/(?:ck\/a|aclick|aclk)$/.test(pathname)) ||
    hostname === 'r.search.yahoo.com' ||
    (hostname === 'duckduckgo.com' && (pathname === '/y.js' || pathname === '/l/'))
  );
}

/** An address without what only tracks clicks: the identity of an ad's landing page (H11). */
export function stripTracking(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (trackingName.test(name)) url.searchParams.delete(name);
  url.hash = '';
  return url.href.replace(/\?$/, '');
}

const trackingName =
  /^(?:utm_\w{1,40}|g(?:clid|braid|ad_\w{1,20}|clsrc|cid)|wbraid|dclid|msclkid|fbclid|yclid|twclid|ttclid|li_fat_id|_ga|_gl|mc_[ce]id|srsltid|ef_id|s_kwcid|kwid|ved|usg|igshid|hsa_\w{1,10}|adgroupid|campaignid|creative|matchtype|network|device|devicemodel|placement|keyword|feeditemid|targetid|loc_(?:interest|physical)_ms|gad|cvosrc|cvo_\w{1,20}|pcrid|pkw|pmt|slid|pgrid|ptaid|vmcid|irclickid|hvadid|hvqmt|hvbmt|hvdev|hvnetw|hvrand|hvpos|hvlocphy|hvlocint|hvtargid)$/i;

function decodeOnce(url: URL): string | null {
  const { hostname, pathname, searchParams } = url;
  if (isGoogle(hostname)) {
    if (pathname === '/url') return webAddress(searchParams.get('q')) ?? webAddress(searchParams.get('url'));
    if (pathname === '/aclk') return webAddress(searchParams.get('adurl'));
    if (pathname === '/imgres') return webAddress(searchParams.get('imgrefurl'));
    return null;
  }
  if (/(?:^|\.)(?:googleadservices\.com|doubleclick\.net)$/.test(hostname))
    return webAddress(searchParams.get('adurl')) ?? webAddress(searchParams.get('ds_dest_url'));
  if (isBing(hostname)) {
    if (/^\/(?:ck\/a|aclick|aclk|alink\/link)$/.test(pathname))
      return bingTarget(searchParams.get('u') ?? searchParams.get('url'));
    return null;
  }
  if (/(?:^|\.)search\.yahoo\.(?:com|co\.jp)$/.test(hostname)) {
    const target = /\/RU=([^/]{1,4000})\/R[KS]=/.exec(url.href)?.[1];
    return target ? webAddress(percentDecoded(target)) : null;
  }
  if (hostname === 'duckduckgo.com' || hostname.endsWith('.duckduckgo.com')) {
    if (pathname === '/l/' || pathname === '/l') return webAddress(searchParams.get('uddg'));
    if (pathname === '/y.js') return webAddress(searchParams.get('u3')) ?? domainAddress(searchParams.get('ad_domain'));
  }
  return null;
}

/** `a1` + base64url of an address (ck/a), or base64 of a percent-encoded one (aclick), or the plain address. */
function bingTarget(value: string | null): string | null {
  if (value === null) return null;
  if (/^https?:/i.test(value)) return value;
  const encoded = value.startsWith('a1') ? value.slice(2) : value;
  const text = Buffer.from(encoded.replaceAll('-', '+').replaceAll('_', '/').replaceAll(' ', '+'), 'base64').toString(
    'utf8',
  );
  if (text.startsWith('/')) return text;
  return webAddress(text) ?? webAddress(percentDecoded(text));
}

function webAddress(value: string | null): string | null {
  return value !== null && /^https?:\/\/./i.test(value) && URL.canParse(value) ? value : null;
}

function domainAddress(domain: string | null): string | null {
  return domain && /^[\w.-]{3,253}$/.test(domain) ? `https://${domain}/` : null;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function absolute(href: string, baseUrl: string): string {
  const trimmed = href.trim();
  if (trimmed.length > serpLimits.addressCharactersMax || !URL.canParse(trimmed, baseUrl)) return '';
  const url = new URL(trimmed, baseUrl);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : '';
}

export function isGoogle(hostname: string): boolean {
  return /(?:^|\.)google\.(?:com|[a-z]{2,3}|co\.[a-z]{2}|com\.[a-z]{2})$/.test(hostname);
}

function isBing(hostname: string): boolean {
  return hostname === 'bing.com' || hostname.endsWith('.bing.com');
}
