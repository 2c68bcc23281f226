import {
  type Account,
  accountOfKey,
  type EngineContext,
  isConnectionFault,
  isKeyKnown,
  LeadGenError,
} from '@leadgen/engine';

/**
 * The account of a key; `userId` is needed only where the key does not name its account: one that a licence service issued, or one
 * that several accounts share. Throws the log-in errors of the table.
 */
export async function accountOfCaller(
  { store, authenticator }: Pick<EngineContext, 'store' | 'authenticator'>,
  {
    apiKey,
    userId,
    hasLicences,
  }: { apiKey: string; userId: number | null /** Keys may be a licence service's. */; hasLicences: boolean },
  signal: AbortSignal,
): Promise<Account> {
  const id = userId ?? (await ownerOf(store, apiKey));
  if (id !== null) return authenticator.authenticate({ apiKey, userId: id }, signal);
  if (hasLicences || (await asked(isKeyKnown(store, apiKey))))
    throw new LeadGenError('missing_user_id', 'This key does not name its account: send X-User-Id (LEADGEN_USER_ID).');
  throw new LeadGenError('invalid_api_key');
}

function ownerOf(store: EngineContext['store'], apiKey: string): Promise<number | null> {
  return asked(accountOfKey(store, apiKey));
}

/** A database that is away while a key is checked is a fault of the check (E12). */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (isConnectionFault(cause)) throw new LeadGenError('auth_error', undefined, { cause });
    throw cause;
  }
}
