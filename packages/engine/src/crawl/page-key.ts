import { withoutTrailingSlashes } from '../net/check-crawl-address.ts';

/** `http`/`https`/`www` variants, default documents, trailing slashes and tracking parameters name one page. */
export function pageKey(address: string | URL): string {
  const url = typeof address === 'string' ? new URL(address) : address;
  const path = withoutTrailingSlashes(url.pathname.replace(/\/(?:index|default)\.(?:html?|php|aspx?)$/i, ''));
  return `${withoutWww(url.host)}${path}${url.search === '' ? '' : withoutTracking(url.search)}`;
}

export function withoutWww(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}

/** `a=1&utm_source=x` → `?a=1`; in one pass, because deleting from a `URLSearchParams` moves all that follow. */
function withoutTracking(search: string): string {
  const kept = search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !trackingName.test(pair));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

const trackingName = /^(?:utm_\w{1,20}|gclid|fbclid|msclkid|phpsessid|jsessionid|sid|replytocom)(?:=|$)/i;
