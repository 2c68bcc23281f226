import { migrate } from '@leadgen/engine';
import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { withStore } from './with-store.ts';

/** `leadgen migrate`: brings the schema up to date. */
export function addMigrateCommand(program: Command, cli: Cli): void {
  addJsonOption(program.command('migrate'))
    .description('bring the schema of the database up to date')
    .action(async (options: OutputOptions) => {
      const applied = await withStore(cli, ({ store }) => migrate(store), { migrates: false });
      await printAnswer(cli, options, {
        json: () => ({ applied }),
        text: () => (applied.length === 0 ? 'The schema is up to date.\n' : `Applied: ${applied.join(', ')}.\n`),
      });
    });
}
