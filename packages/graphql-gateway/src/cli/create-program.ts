import { Command } from 'commander';
import { addAccountCommand } from './account.ts';
import { addBatchCommand } from './batch.ts';
import type { Cli } from './cli.ts';
import { addCrawlCommand } from './crawl.ts';
import { addDoctorCommand } from './doctor.ts';
import { addImportCommand } from './import.ts';
import { addKeyCommand } from './key.ts';
import { addLedgerCommand } from './ledger.ts';
import { addMcpCommand } from './mcp.ts';
import { addMigrateCommand } from './migrate.ts';
import { addOperationCommands } from './operation.ts';
import { addRecipeCommand } from './recipe.ts';
import { addWorkerCommand } from './worker.ts';

/** All commands. An error of usage is thrown, never printed and never the end of the process. */
export function createProgram(cli: Cli): Command {
  const program = new Command('leadgen')
    .description(
      'LeadGen Engine: accounts, and the five operations from a terminal. Settings come from the environment.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void cli.terminal.print(text),
      writeErr: (text) => cli.terminal.complain(text),
      outputError: () => {},
    })
    .helpCommand(false)
    .showSuggestionAfterError();
  addAccountCommand(program, cli);
  addKeyCommand(program, cli);
  addLedgerCommand(program, cli);
  addRecipeCommand(program, cli);
  addOperationCommands(program, cli);
  addCrawlCommand(program, cli);
  addBatchCommand(program, cli);
  addMigrateCommand(program, cli);
  addDoctorCommand(program, cli);
  addImportCommand(program, cli);
  addWorkerCommand(program, cli);
  addMcpCommand(program, cli);
  return program;
}
