import { isIP } from 'node:net';
import { LeadGenError } from '../errors.ts';
import type { CrawlAllow } from './crawl-allow.ts';
import { netLimits } from './limits.ts';
import { isPublicAddress } from './public-address.ts';
import { unmappedAddress } from './unmapped-address.ts';

/**
 * The address that a caller names, in its normal form (H7, B6): `https://` where no protocol is given, scheme and host in lower case, no default
 * port, no fragment, no trailing slash. Throws `invalid_param` for what can't be one: another scheme, no host, a private address literal
 * that no entry allows (B7).
 */
export function parseCrawlAddress(text: string, { allow }: { allow: CrawlAllow }): { url: string } {
  const trimmed = text.trim();
  const absolute = /^[a-z][a-z0-9+.-]{0,30}:\/\//i.test(trimmed) ? trimmed : withScheme(trimmed);
  if (absolute.length > netLimits.urlCharactersMax || !URL.canParse(absolute))
    throw invalid('this is not an address of a web site');
  const url = new URL(absolute);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw invalid('only http and https are crawled');
  if (url.username !== '' || url.password !== '') throw invalid('an address with a user name is not crawled');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || host === '.') throw invalid('the address has no host');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  if (
    isIP(host) !== 0 &&
    !isPublicAddress(unmappedAddress(host)) &&
    !allow.allowsAddress(host, port) &&
    !allow.allowsName(host, port)
  ) {
    throw invalid('a private address is not crawled');
  }
  if (isIP(host) === 0 && !allow.allowsName(host, port) && !isHostName(host)) throw invalid('this is not a host name');
  return { url: normalAddress(url) };
}

/** H7: the form in which two addresses of a site are the same one. */
export function normalAddress(address: URL | string): string {
  const url = new URL(address);
  url.hash = '';
  if (url.search === '') return `${url.protocol}//${url.host}${withoutTrailingSlashes(url.pathname)}`;
  return url.href;
}

/** By hand, because a pattern for slashes at the end would look at a long run of them elsewhere again from each of its slashes. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** `mailto:a@b.c` or `javascript:…` name a scheme without slashes; `example.com:8080` does not. */
function withScheme(text: string): string {
  if (/^[a-z][a-z0-9+.-]{0,30}:(?!\d{1,5}(?:[/?#]|$))/i.test(text)) throw invalid('only http and https are crawled');
  return `https://${text.replace(/^\/\//, '')}`;
}

/** A name of labels; the WHATWG parser has turned it to ASCII and every spelling of an IPv4 address to dots already. */
function isHostName(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return (
    name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}

function invalid(why: string): LeadGenError {
  return new LeadGenError('invalid_param', `${why}.`);
}
