import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether the request carries the admin token; never true where none is set. */
export function hasBearer(request: IncomingMessage, adminToken: string | null): boolean {
  if (adminToken === null) return false;
  const given = /^Bearer\s{1,4}(\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(adminToken));
}

/** A request that came straight from this machine; one that a proxy forwarded did not. */
export function isLoopbackPeer(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const isLocal = address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
  return isLocal && request.headers.forwarded === undefined && request.headers['x-forwarded-for'] === undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
