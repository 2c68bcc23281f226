import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import parseForwarded from 'forwarded-parse';
import proxyAddr from 'proxy-addr';

/** Where a request comes from, as far as anybody can know. */
export interface Client {
  /** Null where a proxy that is believed does not say. */
  address: string | null;
  /** It was sent from this machine, and no proxy hides another sender. */
  isLoopback: boolean;
}

export type ClientOf = (request: IncomingMessage) => Client;

/**
 * `LEADGEN_TRUST_PROXY`: addresses, ranges, or `loopback`, `linklocal`, `uniquelocal`. What a proxy among them says in `Forwarded` or
 * `X-Forwarded-For` is believed, from the last entry back to the first that is no such proxy; what stands before that may be anybody's
 * invention. A proxy writes one of the two headers and may pass on the other as it came: where they differ, nobody is on loopback.
 * Throws `TypeError` for what is no address.
 */
export function createClientOf(trustProxy: readonly string[]): ClientOf {
  const isTrusted = proxyAddr.compile([...trustProxy]);

  /** The first sender, from behind, that is not to be believed. */
  function senderOf(peer: string, hops: readonly (string | null)[]): string | null {
    let sender: string | null = peer;
    for (const hop of hops.toReversed()) {
      if (sender === null || !isTrusted(sender, 0)) break;
      sender = hop;
    }
    return sender;
  }

  return ({ socket, headers }) => {
    const peer = socket.remoteAddress ?? '';
    const listed = headers['x-forwarded-for'];
    const { forwarded } = headers;
    if (listed === undefined && forwarded === undefined) return { address: peer, isLoopback: isLoopback(peer) };
    // A proxy that is not believed still shows that the request comes from elsewhere.
    if (!isTrusted(peer, 0)) return { address: peer, isLoopback: false };
    const byList = listed === undefined ? undefined : senderOf(peer, String(listed).split(',').map(plainAddress));
    const byForwarded = forwarded === undefined ? undefined : senderOf(peer, forwardedHops(forwarded));
    const address = (byList === undefined ? byForwarded : byList) ?? null;
    const agree = byList === undefined || byForwarded === undefined || byList === byForwarded;
    return { address, isLoopback: agree && address !== null && isLoopback(address) };
  };
}

/** The sender that each proxy names; null where it hides it (`unknown`, `_name`), or nobody can read what it wrote. */
function forwardedHops(header: string): (string | null)[] {
  try {
    return parseForwarded(header).map((hop) => plainAddress(hop.for ?? ''));
  } catch {
    return [null];
  }
}

/** Without a port, and without brackets. */
function plainAddress(text: string): string | null {
  const entry = text.trim();
  const bare =
    /^\[([^\]]{2,45})\](?::\d{1,5})?$/.exec(entry)?.[1] ?? /^([\d.]{7,15}):\d{1,5}$/.exec(entry)?.[1] ?? entry;
  return isIP(bare) === 0 ? null : bare;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
