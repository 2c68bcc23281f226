import {
  createAccount,
  grant,
  LeadGenError,
  rotateKey,
  type ShownAccount,
  type Store,
  showAccount,
} from '@leadgen/engine';
import type { Command } from 'commander';
import { printableText } from '../printable-text.ts';
import type { Cli } from './cli.ts';
import { integerArgument, userIdArgument } from './integer-argument.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { tableText } from './table-text.ts';
import { withStore } from './with-store.ts';

/** `leadgen account create | show | grant | rotate-key`. */
export function addAccountCommand(program: Command, cli: Cli): void {
  const account = program.command('account').description('accounts and their credits');

  addJsonOption(account.command('create'))
    .description('open an account; its key is shown this once')
    .requiredOption('--user-id <number>', 'the number by which clients name it', userIdArgument)
    .option('--credits <number>', 'opening balance', integerArgument(), 0)
    .option('--api-key <key>', 'a key that clients already use; - reads it from standard input')
    .action(async (options: OutputOptions & { userId: number; credits: number; apiKey?: string }) => {
      const apiKey = options.apiKey === '-' ? await cli.terminal.readInput() : options.apiKey;
      const { userId, credits } = options;
      const created = await withStore(cli, ({ store }) =>
        createAccount(store, { userId, credits, now: cli.now(), ...(apiKey === undefined ? {} : { apiKey }) }),
      );
      if (!created) throw new LeadGenError('invalid_param', `Account ${userId} exists already.`);
      await printAnswer(cli, options, {
        json: () => ({ user_id: created.userId, api_key: created.apiKey, balance: created.balance }),
        text: () =>
          `Account ${created.userId} with ${created.balance} credits.\nAPI key: ${printableText(created.apiKey)}\nKeep it: it is not shown again.\n`,
      });
    });

  addJsonOption(account.command('show'))
    .description('balance, what is held, and keys')
    .argument('<user-id>', 'the account', userIdArgument)
    .action(async (userId: number, options: OutputOptions) => {
      const shown = await withStore(cli, ({ store }) => existing(store, userId));
      await printShown(cli, options, shown);
    });

  addJsonOption(account.command('grant'))
    .description('add credits')
    .argument('<user-id>', 'the account', userIdArgument)
    .argument('<credits>', 'how many; a negative number takes free ones away', integerArgument({ minimum: -1e15 }))
    .option('--note <text>', 'why, for the ledger')
    .action(async (userId: number, amount: number, options: OutputOptions & { note?: string }) => {
      const shown = await withStore(cli, async ({ store }) => {
        const before = await existing(store, userId);
        if (amount === 0) throw new LeadGenError('invalid_param', 'Credits: 0 changes nothing.');
        const kind = amount < 0 ? ('adjust' as const) : ('grant' as const);
        const granted = await grant(store, {
          accountId: userId,
          amount,
          note: options.note ?? null,
          now: cli.now(),
          kind,
        });
        if (!granted) throw notGranted(before, amount);
        return existing(store, userId);
      });
      await printShown(cli, options, shown);
    });

  addJsonOption(account.command('rotate-key'))
    .description('a new key; every older one of the account is refused from now on')
    .argument('<user-id>', 'the account', userIdArgument)
    .action(async (userId: number, options: OutputOptions) => {
      const rotated = await withStore(cli, async ({ store }) => {
        await existing(store, userId);
        return rotateKey(store, { accountId: userId, now: cli.now() });
      });
      if (!rotated) throw new LeadGenError('invalid_param', `Account ${userId} is closed.`);
      await printAnswer(cli, options, {
        json: () => ({ user_id: userId, api_key: rotated.apiKey, prefix: rotated.prefix }),
        text: () =>
          `API key: ${rotated.apiKey}\nKeep it: it is not shown again. The older keys of account ${userId} are refused now.\n`,
      });
    });
}

async function existing(store: Store, userId: number): Promise<ShownAccount> {
  const shown = await showAccount(store, userId);
  if (shown) return shown;
  throw new LeadGenError('invalid_param', `There is no account ${userId}.`);
}

function notGranted({ userId, closedAt, available }: ShownAccount, amount: number): LeadGenError {
  if (closedAt) return new LeadGenError('invalid_param', `Account ${userId} is closed.`);
  return new LeadGenError(
    'invalid_param',
    amount < 0 ? `Account ${userId} has ${available} credits available.` : 'The balance would be too large to count.',
  );
}

function printShown(cli: Cli, options: OutputOptions, account: ShownAccount): Promise<void> {
  const { userId, balance, held, available, keys } = account;
  return printAnswer(cli, options, {
    json: () => ({
      user_id: userId,
      balance,
      held,
      available,
      keys: keys.map(({ prefix, createdAt }) => ({ prefix, created_at: createdAt })),
      ...(account.closedAt ? { closed_at: account.closedAt } : {}),
    }),
    text: () => {
      const closed = account.closedAt ? `, closed since ${account.closedAt.toISOString()}` : '';
      const line = `Account ${userId}${closed}: balance ${balance}, held ${held}, available ${available} credits.\n`;
      const rows = keys.map(({ prefix, createdAt }) => [`${prefix}…`, createdAt.toISOString()]);
      return line + (rows.length > 0 ? tableText(['key', 'since'], rows, cli.terminal) : 'It has no key.\n');
    },
  });
}
