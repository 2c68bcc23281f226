import { executeFor, type Operation, operations, parseInput } from '@leadgen/engine';
import type { Command } from 'commander';
import { answerRows } from '../csv/answer-rows.ts';
import { answerDocument, answerText, withRemaining } from './answer-forms.ts';
import { billedAccount } from './billed-account.ts';
import type { Cli } from './cli.ts';
import { addOperationOptions, type CallFlags, callOptions, placeholder, rawInput } from './operation-options.ts';
import { printAnswer } from './output-options.ts';
import { withEngine } from './with-engine.ts';

/** `leadgen search | ads | places | reviews`: a command for each operation, made from its definition. A crawl takes many. */
export function addOperationCommands(program: Command, cli: Cli): void {
  for (const operation of operations) if (operation.key !== 'crawl') addOperationCommand(program, cli, operation);
}

function addOperationCommand(program: Command, cli: Cli, operation: Operation): void {
  const subject = subjectOf(operation);
  const name = placeholder(subject).toLowerCase();
  const command = program
    .command(operation.key)
    .description(`${operation.summary}\n${operation.pricing}`)
    .summary(operation.summary)
    .argument(operation.isRequired ? `[${name}]` : `<${name}>`, operation.parameters[subject]?.description);
  addOperationOptions(command, operation, subject).action((text: string | undefined, flags: CallFlags) =>
    withEngine(cli, async ({ config, context }) => {
      const isSandbox = config.upstream === 'sandbox';
      const options = callOptions(flags, subject);
      const input = parseInput(context, operation, rawInput(operation, flags, { [subject]: text }), options.nameOf);
      const account = await billedAccount(context, { userId: flags.userId ?? null, isSandbox });
      const given = await executeFor(context, { ...options, operation, account, input, signal: cli.signal });
      const answer = await withRemaining(context, given, account.id);
      await printAnswer(cli, flags, {
        json: () => answerDocument(answer),
        csv: () => answerRows(operation, answer.data),
        text: () => answerText(operation, answer, cli.terminal),
      });
    }),
  );
}

/** The parameter that a command takes without a flag. */
export function subjectOf(operation: Operation): string {
  const [subject] = Object.entries(operation.parameters).find(
    ([, parameter]) => parameter.kind === 'text' && parameter.required,
  ) ?? [Object.keys(operation.parameters)[0] ?? ''];
  return subject;
}
