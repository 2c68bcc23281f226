import { LRUCache } from 'lru-cache';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LicenceVerdict, LicenceVerifier } from '../ports/licence-verifier.ts';
import type { Log } from '../ports/log.ts';
import { untilAborted } from '../until-aborted.ts';
import { accountLimits } from './limits.ts';

export interface LicenceVerdicts {
  /** Whether the licence service vouches for the key and user. Throws `auth_error` where nobody can say. */
  isValid(credentials: { apiKey: string; userId: number; keyHash: string }, signal: AbortSignal): Promise<boolean>;
  /** Drops what is known of a user's keys. */
  forget(userId: number): void;
}

interface Valid {
  userId: number;
  checkedAt: number;
  freshUntil: number;
  expiresAt: number | null;
}

/**
 * What a licence service said, kept for as long as it may be: the valid and the invalid apart, so that a flood of wrong keys
 * pushes no customer out. While the service is out, a valid verdict counts up to 24 hours; an outage is never a "no".
 */
export function createLicenceVerdicts({
  verifier,
  clock,
  log,
}: {
  verifier: LicenceVerifier;
  clock: Clock;
  log: Log;
}): LicenceVerdicts {
  const valid = new LRUCache<string, Valid>({ max: accountLimits.validVerdictsMax });
  const invalid = new LRUCache<string, { userId: number; until: number }>({ max: accountLimits.invalidVerdictsMax });
  const asking = new Map<string, Promise<boolean>>();

  async function ask(
    key: string,
    credentials: { apiKey: string; userId: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const known = valid.get(key);
    let verdict: LicenceVerdict;
    try {
      verdict = await verifier.verify(credentials, signal);
    } catch (cause) {
      const now = clock.now();
      if (known && mayStillCount(known, now)) {
        log.warn({ userId: credentials.userId }, 'the licence service is out; an earlier verdict counts');
        known.freshUntil = now + accountLimits.outageSeconds * 1_000;
        return true;
      }
      throw cause instanceof LeadGenError && cause.code === 'auth_error'
        ? cause
        : new LeadGenError('auth_error', undefined, { cause });
    }
    const now = clock.now();
    const { userId } = credentials;
    if (!verdict.valid || (verdict.expiresAt !== null && verdict.expiresAt <= now)) {
      valid.delete(key);
      const seconds = Math.min(verdict.freshSeconds, accountLimits.invalidSecondsMax);
      invalid.set(key, { userId, until: now + seconds * 1_000 });
      return false;
    }
    const seconds = Math.min(verdict.freshSeconds, accountLimits.validSecondsMax);
    invalid.delete(key);
    valid.set(key, { userId, checkedAt: now, freshUntil: now + seconds * 1_000, expiresAt: verdict.expiresAt });
    return true;
  }

  return {
    async isValid({ apiKey, userId, keyHash }, signal) {
      const key = `${userId} ${keyHash}`;
      const now = clock.now();
      const known = valid.get(key);
      if (known && known.freshUntil > now && (known.expiresAt === null || known.expiresAt > now)) return true;
      const refused = invalid.get(key);
      if (refused && refused.until > now) return false;
      // The question is asked once for all callers, so none of them alone can take it back.
      let answer = asking.get(key);
      if (!answer) {
        answer = ask(key, { apiKey, userId }, new AbortController().signal).finally(() => asking.delete(key));
        asking.set(key, answer);
      }
      return untilAborted(answer, signal);
    },
    forget(userId) {
      for (const [key, verdict] of valid.entries()) if (verdict.userId === userId) valid.delete(key);
      for (const [key, verdict] of invalid.entries()) if (verdict.userId === userId) invalid.delete(key);
    },
  };
}

function mayStillCount({ checkedAt, expiresAt }: Valid, now: number): boolean {
  return now - checkedAt <= accountLimits.staleVerdictSecondsMax * 1_000 && (expiresAt === null || expiresAt > now);
}
