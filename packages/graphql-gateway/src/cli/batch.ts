import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Batch,
  batchDocument,
  batchRows,
  cancelBatch,
  createBatchDraft,
  findBatch,
  LeadGenError,
  listBatches,
  type Operation,
  operations,
  retryFailed,
  type Store,
} from '@leadgen/engine';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ResultForm, resultTexts } from '../batches/result-texts.ts';
import { batchInputs } from './batch-inputs.ts';
import { billedAccount } from './billed-account.ts';
import type { Cli } from './cli.ts';
import { integerArgument, userIdArgument } from './integer-argument.ts';
import { escapedForTerminal } from './json-text.ts';
import { cliLimits } from './limits.ts';
import { subjectOf } from './operation.ts';
import { addJsonOption, addOutputOptions, type OutputOptions, printAnswer } from './output-options.ts';
import { startProgress } from './start-progress.ts';
import { tableText } from './table-text.ts';
import { withEngine } from './with-engine.ts';
import { withStore } from './with-store.ts';

interface SubmitFlags extends OutputOptions {
  userId?: number;
  maxCredits?: number;
  webhookUrl?: string;
  idempotencyKey?: string;
}

/** `leadgen batch submit | show | list | results | cancel | retry`. An id is enough to find a batch: whoever has the store has them all. */
export function addBatchCommand(program: Command, cli: Cli): void {
  const group = program.command('batch').description('thousands of inputs of one operation, run by workers');

  addJsonOption(group.command('submit'))
    .description(
      `Sends the rows of a file to the workers.\nCSV with a heading: columns that are called like the operation's arguments (${operations
        .map((operation) => `${operation.name}: ${subjectOf(operation)}`)
        .join(
          ', ',
        )}) are its input, the others come back with the results. A list of web sites, one a line, needs no heading. Or one JSON object a line.`,
    )
    .summary('send the rows of a file to the workers')
    .argument('<operation>', `one of ${operations.map(({ name }) => name).join(', ')}`, operationArgument)
    .argument('<file>', 'UTF-8; - is standard input')
    .option('--user-id <number>', 'the account that pays (default: the only one)', userIdArgument)
    .option('--max-credits <number>', 'a ceiling on the whole batch', integerArgument())
    .option('--webhook-url <url>', 'called when it has ended')
    .option('--idempotency-key <text>', 'the same file under the same key within a day is the same batch')
    .action((operation: Operation, file: string, flags: SubmitFlags) => submit(cli, operation, file, flags));

  addJsonOption(group.command('show'))
    .description('how far it is')
    .argument('<id>', 'the batch')
    .option('--watch', 'until it has ended, with a progress bar')
    .action((id: string, flags: OutputOptions & { watch?: boolean }) =>
      withStore(cli, async ({ store }) => {
        const first = await existing(store, id);
        await printBatch(cli, flags, flags.watch ? await watch(cli, store, first) : first);
      }),
    );

  addJsonOption(group.command('list'))
    .description('the batches of an account, newest first')
    .option('--user-id <number>', 'the account (default: the only one)', userIdArgument)
    .option('--limit <number>', 'at most so many', integerArgument({ minimum: 1, maximum: 1_000 }), 50)
    .action((flags: OutputOptions & { userId?: number; limit: number }) => list(cli, flags));

  addOutputOptions(group.command('results'))
    .addOption(new Option('--jsonl', 'print one JSON document a line').conflicts(['json', 'csv']))
    .description('what came of its inputs so far, in their order')
    .argument('<id>', 'the batch')
    .action((id: string, flags: OutputOptions & { jsonl?: boolean }) =>
      withStore(cli, async ({ store }) => {
        const batch = await existing(store, id);
        const form = formOf(flags);
        if (form === null) return printRows(cli, store, batch);
        for await (const text of resultTexts(store, { batch, form })) {
          cli.signal.throwIfAborted();
          await cli.terminal.print(form === 'csv' ? text : escapedForTerminal(text));
        }
      }),
    );

  addJsonOption(group.command('cancel'))
    .description('start nothing more of it; what runs, ends')
    .argument('<id>', 'the batch')
    .action((id: string, flags: OutputOptions) =>
      withStore(cli, async ({ store }) => {
        const { accountId } = await existing(store, id);
        await printBatch(cli, flags, (await cancelBatch(store, { accountId, id, now: cli.now() }))!);
      }),
    );

  addJsonOption(group.command('retry'))
    .description('send its failed inputs to the workers once more')
    .argument('<id>', 'the batch')
    .action((id: string, flags: OutputOptions) =>
      withEngine(cli, async ({ context }) => {
        const { accountId } = await existing(context.store, id);
        await printBatch(cli, flags, (await retryFailed(context, { accountId, id }))!);
      }),
    );
}

function operationArgument(text: string): Operation {
  const found = operations.find(({ name, key }) => [name.toLowerCase(), key].includes(text.toLowerCase()));
  if (found) return found;
  throw new InvalidArgumentError(`one of ${operations.map(({ name }) => name).join(', ')} is expected.`);
}

function submit(cli: Cli, operation: Operation, file: string, flags: SubmitFlags): Promise<void> {
  return withEngine(cli, async ({ config, context }) => {
    const isSandbox = config.upstream === 'sandbox';
    const account = await billedAccount(context, { userId: flags.userId ?? null, isSandbox });
    const draft = createBatchDraft(context, { account });
    let batch: Batch;
    try {
      for await (const inputs of batchInputs(file, operation)) {
        cli.signal.throwIfAborted();
        await draft.add(inputs);
      }
      batch = await draft.submit({
        operation: operation.name,
        maxCredits: flags.maxCredits ?? null,
        webhookUrl: flags.webhookUrl ?? null,
        idempotencyKey: flags.idempotencyKey ?? null,
      });
    } catch (error) {
      await draft.discard().catch(() => {});
      throw error;
    }
    await printAnswer(cli, flags, {
      json: () => ({ id: batch.id, total: batch.total }),
      text: () =>
        `Batch ${batch.id}: ${batch.total} inputs of ${batch.operation} are in the queue.\nFollow it with: leadgen batch show ${batch.id} --watch\n`,
    });
  });
}

async function existing(store: Store, id: string): Promise<Batch & { accountId: number }> {
  const batch = await findBatch(store, id);
  if (batch) return batch;
  throw new LeadGenError('not_found', 'There is no such batch.');
}

async function watch(cli: Cli, store: Store, first: Batch): Promise<Batch> {
  const progress = startProgress(cli.terminal, { total: first.total, isShown: true });
  let batch = first;
  try {
    while (!batch.finishedAt) {
      progress.update(batch.done + batch.failed);
      await sleep(cliLimits.watchMilliseconds, undefined, { signal: cli.signal });
      batch = await existing(store, batch.id);
    }
    return batch;
  } finally {
    progress.stop();
  }
}

function list(cli: Cli, flags: OutputOptions & { userId?: number; limit: number }): Promise<void> {
  return withEngine(cli, async ({ config, context }) => {
    const isSandbox = config.upstream === 'sandbox';
    const { id: accountId } = await billedAccount(context, { userId: flags.userId ?? null, isSandbox });
    const batches = await listBatches(context.store, { accountId, limit: flags.limit });
    const columns = ['id', 'operation', 'status', 'done', 'failed', 'of', 'credits', 'sent'];
    await printAnswer(cli, flags, {
      json: () => ({ batches: batches.map((batch) => ({ ...batchDocument(batch), createdAt: batch.createdAt })) }),
      text: () =>
        batches.length === 0
          ? 'There is none.\n'
          : tableText(
              columns,
              batches.map(({ id, operation, status, total, done, failed, creditsUsed, createdAt }) => [
                id,
                operation,
                status,
                done,
                failed,
                total,
                creditsUsed,
                createdAt.toISOString(),
              ]),
              cli.terminal,
            ),
    });
  });
}

function printBatch(cli: Cli, flags: OutputOptions, batch: Batch): Promise<void> {
  return printAnswer(cli, flags, {
    json: () => batchDocument(batch),
    text: () => {
      const { id, operation, status, total, done, failed, creditsUsed, maxCredits } = batch;
      const ceiling = maxCredits === null ? '' : ` of at most ${maxCredits}`;
      return `Batch ${id}, ${operation}: ${status}. ${done} answered, ${failed} failed, of ${total}; ${creditsUsed} credits used${ceiling}.\n`;
    },
  });
}

function formOf({ json, csv, jsonl }: OutputOptions & { jsonl?: boolean }): ResultForm | null {
  if (json) return 'json';
  if (csv) return 'csv';
  return jsonl ? 'jsonl' : null;
}

/** The first rows for a person; all of them are for a program. */
async function printRows(cli: Cli, store: Store, { id, operation, done, failed }: Batch): Promise<void> {
  const subject = subjectOf(operations.find(({ name }) => name === operation)!);
  const rows: unknown[][] = [];
  for await (const { index, input, error, creditsUsed } of batchRows(store, { id, limit: cliLimits.rowsShownMax })) {
    const given = (JSON.parse(input) as Record<string, unknown> | null)?.[subject] ?? input;
    rows.push([index, given, error ? error.code : 'done', error?.message, creditsUsed]);
  }
  const { terminal } = cli;
  if (rows.length === 0) return terminal.print('Nothing is answered yet.\n');
  await terminal.print(tableText(['#', subject, 'what came of it', 'why', 'credits'], rows, terminal));
  const more = done + failed - rows.length;
  const all = `All with their answers: leadgen batch results ${id} --csv\n`;
  await terminal.print(more > 0 ? `${more} more. ${all}` : all);
}
