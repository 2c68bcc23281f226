import { domainToASCII } from 'node:url';
import { parse } from 'tldts';
import { contactLimits } from './limits.ts';

const reservedTlds = new Set(['test', 'example', 'invalid', 'localhost']);

/**
 * The address in its public form (lower case, P14), or null where it can be none: a local part or a domain that is not one, a top-level domain
 * that does not exist, a file name such as `logo@2x.png`, a package version such as `vue@3.2.1`.
 */
export function emailAddress(local: string, domain: string): string | null {
  const name = local.toLowerCase();
  if (name === '' || name.length > contactLimits.localPartCharactersMax) return null;
  if (
    !/^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/.test(name) ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    name.includes('..')
  )
    return null;
  if (!/[a-z0-9]/.test(name)) return null;
  const host = domain.toLowerCase().replace(/\.+$/, '');
  if (host.length > contactLimits.domainCharactersMax || !host.includes('.') || host.includes('..')) return null;
  const ascii = /^[a-z0-9.-]{1,253}$/.test(host) ? host : domainToASCII(host);
  if (ascii === '' || !ascii.split('.').every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label)))
    return null;
  const tld = ascii.slice(ascii.lastIndexOf('.') + 1);
  if (!reservedTlds.has(tld)) {
    const { isIcann, isPrivate, domain: registrable, isIp } = parse(ascii, { allowPrivateDomains: true });
    if (isIp || !(isIcann || isPrivate) || registrable === null) return null;
  }
  return `${name}@${host}`;
}
