import { createHash, randomBytes } from 'node:crypto';

/** A new key: 256 random bits, printable, with a beginning by which leak scanners and people know it. */
export function newApiKey(): string {
  return `lg_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. Keys of ours are random, so a fast hash is as good as a slow one. */
export function hashApiKey(apiKey: string): string {
  return createHash('sha256').update(apiKey, 'utf8').digest('hex');
}

/** The beginning that is stored in the clear: at most eleven characters, and never more than a third of a short key. */
export function keyPrefix(apiKey: string): string {
  return apiKey.slice(0, Math.min(11, Math.floor(apiKey.length / 3)));
}
