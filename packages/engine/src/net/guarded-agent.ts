import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { CrawlAllow } from './crawl-allow.ts';
import { netLimits, openPorts } from './limits.ts';
import { PageFetchError } from './page-fetch-error.ts';
import { isPublicAddress } from './public-address.ts';
import { unmappedAddress } from './unmapped-address.ts';

export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The agent of everything that a stranger may name. It refuses a port, an address literal, a name any of whose addresses is private,
 * and a connection whose peer is private; a name is resolved once, so a second answer can't differ from the one that was checked.
 */
export function createGuardedAgent({
  allow,
  lookup = systemLookup as Lookup,
  ports = openPorts,
}: {
  allow: CrawlAllow;
  lookup?: Lookup;
  /** Ports that need no entry. */
  ports?: ReadonlySet<number>;
}): Agent {
  const mayReach = (name: string, address: string, port: number) =>
    allow.allowsName(name, port) ||
    allow.allowsAddress(address, port) ||
    (ports.has(port) && isPublicAddress(unmappedAddress(address)));

  const connectorFor = (name: string, port: number) =>
    buildConnector({
      timeout: netLimits.connectMillisecondsMax,
      // All addresses were checked, so each may be tried: a host without IPv6 would fail on names that have both.
      autoSelectFamily: true,
      lookup(hostname, options, callback) {
        lookup(hostname, { ...options, all: true }, (error, addresses) => {
          const fail = (reason: Error) => (callback as (error: Error) => void)(reason);
          if (error) return fail(new PageFetchError('dns', `${hostname} can't be resolved`, { cause: error }));
          const [first] = addresses;
          if (!first || addresses.some(({ address }) => !mayReach(name, address, port))) return fail(refused(hostname));
          if (options.all) (callback as (error: null, addresses: LookupAddress[]) => void)(null, addresses);
          else callback(null, first.address, first.family);
        });
      },
    });

  return new Agent({
    connect(options, callback) {
      const name = options.hostname.replace(/^\[|\]$/g, '');
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
      const isLiteral = isIP(name) !== 0;
      if (isLiteral && !mayReach(name, name, port)) return callback(refused(name), null);
      connectorFor(name, port)(options, (error, socket) => {
        if (error) return callback(error, null);
        if (!socket || !mayReach(name, socket.remoteAddress ?? '', port)) {
          socket?.destroy();
          return callback(refused(name), null);
        }
        callback(null, socket);
      });
    },
    connections: netLimits.socketsPerOriginMax,
    pipelining: 1,
    headersTimeout: netLimits.headersMillisecondsMax,
    bodyTimeout: netLimits.bodyIdleMillisecondsMax,
    maxHeaderSize: netLimits.headerBytesMax,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
  });
}

function refused(name: string): PageFetchError {
  return new PageFetchError('refused_address', `${name} is not a public address on port 80 or 443`);
}
