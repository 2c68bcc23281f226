import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether the request carries the admin token; never true where none is set. */
export function hasBearer(request: IncomingMessage, adminToken: string | null): boolean {
  if (adminToken === null) return false;
  const given = /^Bearer\s{1,4}(\S{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(adminToken));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
