import { createAccount, type EngineContext } from '@leadgen/engine';

/** User 1 with key `demo` and 1,000 credits: in the sandbox's own store alone, and only where the account is not there yet. */
export async function ensureDemoAccount({ store, clock }: Pick<EngineContext, 'store' | 'clock'>): Promise<void> {
  await createAccount(store, {
    userId: 1,
    credits: 1000,
    apiKey: 'demo',
    note: 'demo account',
    now: new Date(clock.now()),
  });
}
