import { type Account, countedAccount, type EngineContext, LeadGenError } from '@leadgen/engine';
import { ensureDemoAccount } from '../sandbox/demo-account.ts';

/** The account that pays for a command: the one that was named, else the only one. */
export async function billedAccount(
  context: EngineContext,
  { userId, isSandbox }: { userId: number | null; isSandbox: boolean },
): Promise<Account> {
  let found = await countedAccount(context.store, userId);
  if (found.open === 0 && isSandbox && userId === null) {
    await ensureDemoAccount(context);
    found = await countedAccount(context.store, userId);
  }
  const { account, open } = found;
  if (userId !== null) {
    if (account) return account;
    throw new LeadGenError('invalid_param', `There is no open account ${userId}.`);
  }
  if (account && open === 1) return account;
  throw new LeadGenError(
    'invalid_param',
    open === 0
      ? 'There are 0 accounts: make one with `leadgen account create --user-id N --credits N`.'
      : `There are ${open} accounts: say with --user-id which one pays.`,
  );
}
