import { hash, randomBytes } from 'node:crypto';
import { LeadGenError } from '../errors.ts';
import { accountLimits } from './limits.ts';

/** A new key: 256 random bits, printable, with a beginning by which leak scanners and people know it. */
export function newApiKey(): string {
  return `lg_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. Keys of ours are random, so a fast hash is as good as a slow one. */
export function hashApiKey(apiKey: string): string {
  return hash('sha256', apiKey, 'hex');
}

/**
 * The beginning that is stored in the clear: at most eleven characters, and never more than a third of a short key. What
 * cannot be shown becomes a question mark.
 */
export function keyPrefix(apiKey: string): string {
  const characters = [...apiKey.replace(/\p{C}/gu, '?')];
  return characters.slice(0, Math.min(11, Math.floor(characters.length / 3))).join('');
}

/** Refuses a key that no request could carry (E19). */
export function checkApiKey(apiKey: string): void {
  if (apiKey.trim() === '') throw new LeadGenError('invalid_param', 'Parameter: apiKey: it is empty.');
  if (apiKey.length > accountLimits.apiKeyCharactersMax) {
    throw new LeadGenError(
      'invalid_param',
      `Parameter: apiKey: at most ${accountLimits.apiKeyCharactersMax} characters.`,
    );
  }
}
