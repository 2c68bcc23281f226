import { type Command, Option } from 'commander';
import { csvText } from '../csv/csv-text.ts';
import type { Cli } from './cli.ts';
import { jsonText } from './json-text.ts';

export interface OutputOptions {
  json?: boolean;
  csv?: boolean;
}

export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print one JSON document');
}

export function addOutputOptions(command: Command): Command {
  return addJsonOption(command).addOption(
    new Option('--csv', 'print CSV, safe to open in a spreadsheet').conflicts('json'),
  );
}

/** Prints an answer in the form that was asked for. What is not asked for is not made. */
export async function printAnswer(
  cli: Cli,
  options: OutputOptions,
  forms: { json: () => unknown; csv?: () => readonly (readonly unknown[])[]; text: () => string },
): Promise<void> {
  if (options.json) await cli.terminal.print(`${jsonText(forms.json())}\n`);
  else if (options.csv && forms.csv) await cli.terminal.print(csvText(forms.csv()));
  else await cli.terminal.print(forms.text());
}
