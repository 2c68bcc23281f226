import {
  type ImportedAd,
  type ImportReport,
  importAccounts,
  importAds,
  importRecipes,
  LeadGenError,
  readImportedAd,
  type Store,
} from '@leadgen/engine';
import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { cliLimits } from './limits.ts';
import { addJsonOption, type OutputOptions, printAnswer } from './output-options.ts';
import { readLines } from './read-lines.ts';
import { tableText } from './table-text.ts';
import { withStore } from './with-store.ts';

type Importer = (store: Store, lines: AsyncIterable<string>, options: { now: Date }) => Promise<ImportReport>;

/** `leadgen import accounts | recipes | ads FILE.jsonl`: brings another installation's data over; repeatable without doubles. */
export function addImportCommand(program: Command, cli: Cli): void {
  const group = program.command('import').description('bring an existing installation over, one JSON object a line');
  const add = (name: string, description: string, importer: Importer) =>
    addJsonOption(group.command(name))
      .description(description)
      .argument('<file>', 'the file; - is standard input')
      .action(async (file: string, options: OutputOptions) => {
        const report = await withStore(cli, ({ store }) => importer(store, readLines(file), { now: cli.now() }));
        await printAnswer(cli, options, {
          json: () => report,
          text: () => reportText(report, cli.terminal),
        });
        const count = report.failed.length;
        if (count > 0)
          throw new LeadGenError('invalid_param', `${count} of ${report.lines} lines of ${file} were left out.`);
      });
  add('accounts', 'accounts with their keys: user_id, api_key, balance', importAccounts);
  add('recipes', "recipes: code, query, and user_id where it is not everybody's", importRecipes);
  add('ads', 'ad history with its own dates: query and the fields of an ads answer', importAdLines);
}

/** Ads go in by the hundred; a bad line is told and does not stop the rest. */
async function importAdLines(store: Store, lines: AsyncIterable<string>): Promise<ImportReport> {
  const report: ImportReport = { lines: 0, created: 0, unchanged: 0, failed: [] };
  let batch: ImportedAd[] = [];
  const flush = async () => {
    const { added } = await importAds(store, batch);
    report.created += added;
    report.unchanged += batch.length - added;
    batch = [];
  };
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    report.lines += 1;
    try {
      batch.push(readImportedAd(JSON.parse(line)));
    } catch (error) {
      if (!(error instanceof LeadGenError) && !(error instanceof SyntaxError)) throw error;
      report.failed.push({ line: number, reason: error.message });
    }
    if (batch.length >= cliLimits.adRowsAtOnceMax) await flush();
  }
  await flush();
  return report;
}

function reportText({ lines, created, unchanged, failed }: ImportReport, { width }: { width: number }): string {
  const sum = `${lines} lines: ${created} new or changed, ${unchanged} here already, ${failed.length} left out.\n`;
  if (failed.length === 0) return sum;
  return (
    tableText(
      ['line', 'why it was left out'],
      failed.map(({ line, reason }) => [line, reason]),
      { width },
    ) + sum
  );
}
