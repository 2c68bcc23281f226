import { createAccount, type EngineContext, listAccounts } from '@leadgen/engine';

/** User 1 with key `demo` and 1,000 credits: in the sandbox's own store alone, and only where there is no account at all. */
export async function ensureDemoAccount({ store, clock }: Pick<EngineContext, 'store' | 'clock'>): Promise<void> {
  if ((await listAccounts(store, { limit: 1 })).length > 0) return;
  const now = new Date(clock.now());
  await createAccount(store, { userId: 1, credits: 1000, apiKey: 'demo', note: 'demo account', now });
}
