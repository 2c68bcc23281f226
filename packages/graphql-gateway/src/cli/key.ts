import { createKey, LeadGenError, listKeys, operations, revokeKey, showAccount } from '@leadgen/engine';
import { type Command, InvalidArgumentError } from 'commander';
import type { Cli } from './cli.ts';
import { integerArgument, userIdArgument } from './integer-argument.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { tableText } from './table-text.ts';
import { withStore } from './with-store.ts';

interface CreateOptions extends OutputOptions {
  name?: string;
  cap?: number;
  operations?: string[];
  approveAbove?: number;
}

/** `leadgen key create | list | revoke`. */
export function addKeyCommand(program: Command, cli: Cli): void {
  const key = program.command('key').description('further keys of an account');
  const known = operations.map((operation) => operation.key);

  addJsonOption(key.command('create'))
    .description('a further key with its own limits; it is shown this once')
    .argument('<user-id>', 'the account', userIdArgument)
    .option('--name <text>', 'what it is for')
    .option('--cap <number>', 'credits per calendar month (UTC) at most', integerArgument())
    .option('--operations <list>', `what it may call, comma separated: ${known.join(',')}`, operationsArgument(known))
    .option(
      '--approve-above <number>',
      'credits in one call above which an agent asks a person (default: 50)',
      integerArgument({ maximum: 2_147_483_647 }),
    )
    .action(async (accountId: number, options: CreateOptions) => {
      const { name, cap, operations: allowed, approveAbove } = options;
      const created = await withStore(cli, async ({ store }) => {
        const account = await showAccount(store, accountId);
        if (!account) throw new LeadGenError('invalid_param', `There is no account ${accountId}.`);
        const made = await createKey(store, {
          accountId,
          now: cli.now(),
          ...(name === undefined ? {} : { name }),
          ...(cap === undefined ? {} : { cap }),
          ...(allowed === undefined ? {} : { operations: allowed }),
          ...(approveAbove === undefined ? {} : { approveAbove }),
        });
        if (made) return made;
        const why = account.closedAt ? 'is closed' : `has ${account.keys.length} keys, which is as many as it may have`;
        throw new LeadGenError('invalid_param', `Account ${accountId} ${why}.`);
      });
      await printAnswer(cli, options, {
        json: () => ({
          prefix: created.prefix,
          api_key: created.apiKey,
          cap: created.cap,
          operations: created.operations,
          approve_above: created.approveAbove,
        }),
        text: () => `API key: ${created.apiKey}\nKeep it: it is not shown again.\n`,
      });
    });

  addJsonOption(key.command('list'))
    .description('the keys that work, oldest first')
    .argument('<user-id>', 'the account', userIdArgument)
    .action(async (accountId: number, options: OutputOptions) => {
      const keys = await withStore(cli, async ({ store }) => {
        if (!(await showAccount(store, accountId)))
          throw new LeadGenError('invalid_param', `There is no account ${accountId}.`);
        return listKeys(store, { accountId, now: cli.now() });
      });
      await printAnswer(cli, options, {
        json: () => ({
          keys: keys.map((each) => ({
            prefix: each.prefix,
            name: each.name,
            cap: each.cap,
            used_this_month: each.usedThisMonth,
            operations: each.operations,
            approve_above: each.approveAbove,
            created_at: each.createdAt,
          })),
        }),
        text: () =>
          tableText(
            ['prefix', 'name', 'cap', 'used this month', 'operations', 'approve above', 'since'],
            keys.map((each) => [
              each.prefix,
              each.name,
              each.cap ?? 'none',
              each.usedThisMonth,
              each.operations?.join(', ') ?? 'all',
              each.approveAbove,
              each.createdAt.toISOString(),
            ]),
            cli.terminal,
          ),
      });
    });

  addJsonOption(key.command('revoke'))
    .description('refuse a key from now on')
    .argument('<prefix>', 'its beginning, as `key list` shows it')
    .option('--user-id <number>', 'its account, where several have a key with this beginning', userIdArgument)
    .action(async (prefix: string, options: OutputOptions & { userId?: number }) => {
      const { matching, revoked } = await withStore(cli, ({ store }) =>
        revokeKey(store, { prefix, accountId: options.userId ?? null, now: cli.now() }),
      );
      if (!revoked) {
        throw new LeadGenError(
          'invalid_param',
          matching === 0 ? `No key begins with ${prefix}.` : `${matching} keys begin with ${prefix}; none was revoked.`,
        );
      }
      await printAnswer(cli, options, {
        json: () => ({ prefix, revoked: true }),
        text: () => `The key ${prefix}… is refused from now on.\n`,
      });
    });
}

function operationsArgument(known: readonly string[]): (text: string) => string[] {
  return (text) => {
    const asked = text
      .split(',')
      .map((each) => each.trim().toLowerCase())
      .filter(Boolean);
    const strange = asked.find((each) => !known.includes(each));
    if (strange === undefined && asked.length > 0) return [...new Set(asked)];
    throw new InvalidArgumentError(`a comma list of ${known.join(', ')} is expected.`);
  };
}
