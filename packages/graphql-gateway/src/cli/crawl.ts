import {
  type Answer,
  type CreditBudget,
  createCreditBudget,
  executeFor,
  LeadGenError,
  type Operation,
  operations,
  parseInput,
} from '@leadgen/engine';
import type { Command } from 'commander';
import { answerRows } from '../csv/answer-rows.ts';
import { csvText } from '../csv/csv-text.ts';
import { printableText } from '../printable-text.ts';
import { answerDocument, answerText, withRemaining } from './answer-forms.ts';
import { billedAccount } from './billed-account.ts';
import type { Cli } from './cli.ts';
import { errorParts } from './error-parts.ts';
import { jsonText } from './json-text.ts';
import { cliLimits } from './limits.ts';
import { mapInOrder } from './map-in-order.ts';
import { addOperationOptions, type CallFlags, callOptions, rawInput } from './operation-options.ts';
import { readLines } from './read-lines.ts';
import { startProgress } from './start-progress.ts';
import { withEngine } from './with-engine.ts';

type Flags = CallFlags & { file?: string };
type Result = { input: string } & ({ answer: Answer } | { error: { code: string; message: string } });

/** `leadgen crawl DOMAIN…`: one web site as the other operations, many as a list in the order given, five at once. */
export function addCrawlCommand(program: Command, cli: Cli): void {
  const operation = operations.find(({ key }) => key === 'crawl')!;
  const command = program
    .command('crawl')
    .description(
      `${operation.summary}\n${operation.pricing}\nWith --json one domain gives its answer; several, or --file, give {"results":[…]} in the order given.`,
    )
    .summary(operation.summary)
    .argument('[domain...]', 'the web sites')
    .option('--file <path>', 'a text file with one domain a line; - is standard input');
  addOperationOptions(command, operation, 'domain').action(async (domains: string[], flags: Flags) => {
    const all = [...domains, ...(flags.file === undefined ? [] : await domainsOf(flags.file))];
    if (all.length === 0) throw new LeadGenError('missing_param', 'Parameter: DOMAIN.');
    const isList = flags.file !== undefined || all.length > 1;
    await crawlAll(cli, { operation, domains: all, flags, isList });
  });
}

async function domainsOf(path: string): Promise<string[]> {
  const domains: string[] = [];
  for await (const line of readLines(path)) {
    const domain = line.replace(/^\ufeff/, '').trim();
    if (domain === '' || domain.startsWith('#')) continue;
    domains.push(domain);
    if (domains.length > cliLimits.domainsMax)
      throw new LeadGenError('invalid_param', `${path}: more than ${cliLimits.domainsMax} domains.`);
  }
  return domains;
}

function crawlAll(
  cli: Cli,
  { operation, domains, flags, isList }: { operation: Operation; domains: string[]; flags: Flags; isList: boolean },
): Promise<void> {
  return withEngine(cli, async ({ config, context }) => {
    const isSandbox = config.upstream === 'sandbox';
    const account = await billedAccount(context, { userId: flags.userId ?? null, isSandbox });
    const { maxCredits = null, ...options } = callOptions(flags, 'domain');
    // Over a list the ceiling is on the whole of it.
    const budget: CreditBudget | null = maxCredits === null || !isList ? null : createCreditBudget(maxCredits);
    const crawl = async (domain: string): Promise<Answer> => {
      cli.signal.throwIfAborted();
      const input = parseInput(context, operation, rawInput(operation, flags, { domain }), options.nameOf);
      const ceiling = isList ? { budget } : { maxCredits };
      return executeFor(context, { ...options, ...ceiling, operation, account, input, signal: cli.signal });
    };
    if (!isList) {
      const answer = await withRemaining(context, await crawl(domains[0]!), account.id);
      if (flags.json) await cli.terminal.print(`${jsonText(answerDocument(answer))}\n`);
      else if (flags.csv) await cli.terminal.print(csvText(answerRows(operation, answer.data)));
      else await cli.terminal.print(answerText(operation, answer, cli.terminal));
      return;
    }
    const results = mapInOrder(domains, { atOnceMax: cliLimits.crawlsAtOnceMax }, async (domain): Promise<Result> => {
      try {
        return { input: domain, answer: await crawl(domain) };
      } catch (error) {
        return { input: domain, error: errorParts(error) };
      } finally {
        progress.advance();
      }
    });
    // A bar and rows on one screen would write over each other.
    const progress = startProgress(cli.terminal, {
      total: domains.length,
      isShown: !cli.terminal.isScreen || isText(flags),
    });
    const failed = await printResults(cli, operation, flags, results, progress.stop).finally(progress.stop);
    cli.signal.throwIfAborted();
    if (failed > 0) throw new LeadGenError('crawl_error', `${failed} of ${domains.length} web sites.`);
  });
}

async function printResults(
  cli: Cli,
  operation: Operation,
  flags: Flags,
  results: AsyncIterable<Result>,
  stopProgress: () => void,
): Promise<number> {
  const { terminal } = cli;
  let failed = 0;
  let used = 0;
  let index = 0;
  const texts: string[] = [];
  if (flags.json) await terminal.print('{"results":[');
  for await (const result of results) {
    if ('error' in result) failed += 1;
    else used += result.answer.credits.used;
    if (flags.json) await terminal.print((index > 0 ? ',' : '') + jsonText(listDocument(result)));
    else if (flags.csv) await terminal.print(csvText(listRows(operation, result, index)));
    else texts.push(listText(cli, operation, result));
    index += 1;
  }
  if (flags.json) await terminal.print(`],"credits":{"used":${used}}}\n`);
  stopProgress();
  for (const text of texts) await terminal.print(text);
  if (isText(flags)) await terminal.print(`${index} web sites, ${failed} failed, ${used} credits used.\n`);
  return failed;
}

function isText({ json, csv }: Flags): boolean {
  return !json && !csv;
}

function listDocument(result: Result): object {
  return 'error' in result ? result : { input: result.input, ...answerDocument(result.answer) };
}

/** The heading comes with the first row. A row that failed has its code and nothing else. */
function listRows(operation: Operation, result: Result, index: number): unknown[][] {
  const empty: Answer = {
    data: {},
    coverage: { provider: 'crawler', status: 'OK', pagesTried: 0, notes: [] },
    credits: { used: 0, remaining: null, cached: false, charges: [] },
    keptAs: null,
  };
  const answer = 'error' in result ? empty : result.answer;
  const [heading = [], row = []] = answerRows(operation, answer.data);
  const code = 'error' in result ? result.error.code : '';
  const rows = [[result.input, code === '' ? 'ok' : 'error', code, answer.credits.used, ...row]];
  return index === 0 ? [['input', 'status', 'error_code', 'credits_used', ...heading], ...rows] : rows;
}

function listText(cli: Cli, operation: Operation, result: Result): string {
  if ('answer' in result) return `${answerText(operation, result.answer, cli.terminal)}\n`;
  return `${printableText(result.input)}\n${result.error.code}: ${printableText(result.error.message)}\n\n`;
}
