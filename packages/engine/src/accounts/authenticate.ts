import { LRUCache } from 'lru-cache';
import { authenticateAndRead } from '../cache/authenticate-and-read.ts';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LicenceVerifier } from '../ports/licence-verifier.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../store/store.ts';
import type { Account } from './account.ts';
import { accountsChannel } from './announce-change.ts';
import { hashApiKey } from './api-key.ts';
import { createLicenceVerdicts } from './licence-verdicts.ts';
import { accountLimits } from './limits.ts';
import { openLicensedAccount } from './open-licensed-account.ts';

export interface Credentials {
  apiKey: string;
  userId: number;
}

export interface Authenticator {
  /**
   * Who calls. Throws `invalid_api_key` (E4: also another user's key, a revoked one, a closed account), and `auth_error`
   * for any fault while the key is checked (E12). A key seen in the last five seconds needs no look at the database, so
   * `balance` and `held` may be that old.
   */
  authenticate(credentials: Credentials, signal: AbortSignal): Promise<Account>;
  /** The same together with the cached answer, in one round trip. A key that is known costs none for itself. */
  authenticateAndRead(
    credentials: Credentials & { answerKey: string },
    signal: AbortSignal,
  ): Promise<{ account: Account; answer: { body: string; fetchedAt: number } | null }>;
  /** Whether the next `authenticate` of this key would be answered from memory. */
  knows(credentials: Credentials): Account | null;
  /** Drops what is known of a user's keys here: after a webhook of the licence service. */
  forget(userId: number): void;
  close(): Promise<void>;
}

/** The check of keys: our own first, then the licence service's, where one is configured. */
export async function createAuthenticator({
  store,
  clock,
  log,
  licence = null,
  openingCredits = 0,
}: {
  store: Store;
  clock: Clock;
  log: Log;
  /** Null: only keys that were issued here. */
  licence?: LicenceVerifier | null;
  /** Balance of an account that a licence service's word opens. */
  openingCredits?: number;
}): Promise<Authenticator> {
  const known = new LRUCache<string, { account: Account; until: number }>({ max: accountLimits.knownKeysMax });
  const verdicts = licence && createLicenceVerdicts({ verifier: licence, clock, log });
  let changes = 0;
  const stop = await store.listen(accountsChannel, (userId) => {
    changes += 1;
    // The empty payload: notifications may have been missed.
    if (userId === '') known.clear();
    else forget(Number(userId));
  });

  function forget(userId: number): void {
    for (const [key, { account }] of known.entries()) if (account.id === userId) known.delete(key);
    verdicts?.forget(userId);
  }

  function recall(key: string): Account | null {
    const entry = known.get(key);
    return entry && entry.until > clock.now() ? entry.account : null;
  }

  async function check(
    { apiKey, userId }: Credentials,
    { keyHash, answerKey }: { keyHash: string; answerKey: string | null },
    signal: AbortSignal,
  ) {
    let found = await authenticateAndRead(store, { accountId: userId, keyHash, answerKey });
    if (!found.key && verdicts && (await verdicts.isValid({ apiKey, userId, keyHash }, signal))) {
      if (!found.account) {
        await openLicensedAccount(store, { userId, credits: openingCredits, now: new Date(clock.now()) });
        found = await authenticateAndRead(store, { accountId: userId, keyHash, answerKey });
      }
      if (found.account) return { account: accountOf(found.account, null), answer: found.answer };
    }
    if (!found.account || !found.key) throw new LeadGenError('invalid_api_key');
    return { account: accountOf(found.account, found.key), answer: found.answer };
  }

  async function checked(credentials: Credentials, answerKey: string | null, signal: AbortSignal) {
    const keyHash = hashApiKey(credentials.apiKey);
    const changesBefore = changes;
    try {
      const result = await check(credentials, { keyHash, answerKey }, signal);
      // A key that was revoked while it was read must not be remembered as good.
      if (changes === changesBefore) {
        const until = clock.now() + accountLimits.knownKeySeconds * 1_000;
        known.set(knownKey(credentials.userId, keyHash), { account: result.account, until });
      }
      return result;
    } catch (cause) {
      if (cause instanceof LeadGenError || signal.aborted) throw cause;
      log.error({ error: String(cause) }, 'a key could not be checked');
      throw new LeadGenError('auth_error', undefined, { cause });
    }
  }

  const knows = ({ apiKey, userId }: Credentials) => recall(knownKey(userId, hashApiKey(apiKey)));
  return {
    knows,
    forget,
    async authenticate(credentials, signal) {
      return knows(credentials) ?? (await checked(credentials, null, signal)).account;
    },
    authenticateAndRead: ({ answerKey, ...credentials }, signal) => checked(credentials, answerKey, signal),
    close: stop,
  };
}

function knownKey(userId: number, keyHash: string): string {
  return `${userId} ${keyHash}`;
}

function accountOf(
  { id, balance, held }: { id: number; balance: number; held: number },
  key: { id: number; operations: string[] | null; approveAbove: number } | null,
): Account {
  return {
    id,
    keyId: key?.id ?? null,
    operations: key?.operations ?? null,
    balance,
    held,
    approveAbove: key?.approveAbove ?? accountLimits.approveAboveDefault,
  };
}
