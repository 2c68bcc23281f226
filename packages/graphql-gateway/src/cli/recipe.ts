import { LeadGenError, listRecipes, removeRecipe, setRecipe } from '@leadgen/engine';
import type { Command } from 'commander';
import { printableText } from '../printable-text.ts';
import type { Cli } from './cli.ts';
import { userIdArgument } from './integer-argument.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { tableText } from './table-text.ts';
import { withStore } from './with-store.ts';

type Options = OutputOptions & { userId?: number };

/** `leadgen recipe set | list | remove`: saved queries for `code=`. */
export function addRecipeCommand(program: Command, cli: Cli): void {
  const recipe = program.command('recipe').description('saved queries, called by their code');
  const ofAccount = (command: Command) =>
    addJsonOption(command).option('--user-id <number>', "this account's own (default: everybody's)", userIdArgument);

  ofAccount(recipe.command('set'))
    .description('save a query under a code, in the place of an earlier one')
    .argument('<code>')
    .argument('<query>')
    .action(async (code: string, query: string, options: Options) => {
      const accountId = options.userId ?? null;
      const saved = await withStore(cli, ({ store }) => setRecipe(store, { accountId, code, query, now: cli.now() }));
      if (!saved) {
        const owner =
          accountId === null
            ? 'There are too many recipes.'
            : `There is no open account ${accountId}, or it has too many recipes.`;
        throw new LeadGenError('invalid_param', owner);
      }
      await printAnswer(cli, options, {
        json: () => ({ code: code.trim(), query: query.trim(), user_id: accountId }),
        text: () => `Recipe ${printableText(code)} is saved for ${ownerText(accountId)}.\n`,
      });
    });

  ofAccount(recipe.command('list'))
    .description('the saved queries')
    .action(async (options: Options) => {
      const accountId = options.userId ?? null;
      const recipes = await withStore(cli, ({ store }) => listRecipes(store, { accountId }));
      await printAnswer(cli, options, {
        json: () => ({
          recipes: recipes.map((each) => ({ code: each.code, query: each.query, user_id: each.accountId })),
        }),
        text: () =>
          recipes.length === 0
            ? `No recipes for ${ownerText(accountId)}.\n`
            : tableText(
                ['code', 'query'],
                recipes.map((each) => [each.code, each.query]),
                cli.terminal,
              ),
      });
    });

  ofAccount(recipe.command('remove'))
    .description('forget a saved query')
    .argument('<code>')
    .action(async (code: string, options: Options) => {
      const accountId = options.userId ?? null;
      const removed = await withStore(cli, ({ store }) => removeRecipe(store, { accountId, code }));
      if (!removed) throw new LeadGenError('invalid_code', `${ownerText(accountId)} has no recipe ${code}.`);
      await printAnswer(cli, options, {
        json: () => ({ code: code.trim(), user_id: accountId, removed: true }),
        text: () => `Recipe ${printableText(code)} is removed.\n`,
      });
    });
}

function ownerText(accountId: number | null): string {
  return accountId === null ? 'everybody' : `account ${accountId}`;
}
