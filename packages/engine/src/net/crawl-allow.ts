import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { unmappedAddress } from './unmapped-address.ts';

/** What the crawler may reach although it is private: the operator's `LEADGEN_CRAWL_ALLOW`. */
export interface CrawlAllow {
  /** Whether an entry with a name matches the name in the URL and the port. */
  allowsName(name: string, port: number): boolean;
  /** Whether an entry with an address matches the address that is connected to and the port. */
  allowsAddress(address: string, port: number): boolean;
}

interface AddressEntry {
  port: number | null;
  matches: (address: string) => boolean;
}

/**
 * Reads a comma list of `address`, `address:port`, CIDR ranges, `name`, `name:port`; IPv6 in brackets where a port follows.
 * An entry without a port allows any port. Throws an `Error` with a one-line reason for an entry that can't be read.
 */
export function parseCrawlAllow(text: string): CrawlAllow {
  const names: { name: string; port: number | null }[] = [];
  const addresses: AddressEntry[] = [];
  for (const entry of text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)) {
    const range = /^\[?([0-9a-f.:]+)\/(\d{1,3})\]?$/i.exec(entry);
    if (range) {
      addresses.push({ port: null, matches: rangeMatcher(entry, range[1]!, Number(range[2])) });
      continue;
    }
    const { host, port } = splitPort(entry);
    if (isIP(host)) addresses.push({ port, matches: rangeMatcher(entry, host, isIP(host) === 4 ? 32 : 128) });
    else names.push({ name: readName(entry, host), port });
  }
  const fits = (entry: { port: number | null }, port: number) => entry.port === null || entry.port === port;
  return {
    allowsName: (name, port) => names.some((entry) => entry.name === normalName(name) && fits(entry, port)),
    allowsAddress: (address, port) =>
      addresses.some((entry) => fits(entry, port) && entry.matches(unmappedAddress(address))),
  };
}

function splitPort(entry: string): { host: string; port: number | null } {
  const bracketed = /^\[([0-9a-f.:]+)\](?::(\d{1,5}))?$/i.exec(entry);
  if (bracketed) return { host: bracketed[1]!, port: readPort(entry, bracketed[2]) };
  if (isIP(entry) === 6) return { host: entry, port: null };
  const colon = entry.lastIndexOf(':');
  if (colon < 0) return { host: entry, port: null };
  return { host: entry.slice(0, colon), port: readPort(entry, entry.slice(colon + 1)) };
}

function readPort(entry: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`${entry}: the port is not a number from 1 to 65535`);
  return port;
}

function rangeMatcher(entry: string, network: string, bits: number): (address: string) => boolean {
  const version = isIP(network);
  if (version === 0 || bits > (version === 4 ? 32 : 128)) throw new Error(`${entry}: this is no address range`);
  const list = new BlockList();
  list.addSubnet(network, bits, version === 4 ? 'ipv4' : 'ipv6');
  return (address) => isIP(address) === version && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

function readName(entry: string, host: string): string {
  const name = normalName(host);
  // Labels of letters, digits and hyphens; one class repeated, so nothing to backtrack into.
  if (name.length > 253 || !/^[a-z0-9_.-]+$/.test(name))
    throw new Error(`${entry}: this is no address, range or host name`);
  return name;
}

function normalName(name: string): string {
  return (domainToASCII(name) || name).toLowerCase().replace(/\.$/, '');
}
