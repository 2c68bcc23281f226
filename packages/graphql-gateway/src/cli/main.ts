import { CommanderError } from 'commander';
import { printableText } from '../printable-text.ts';
import type { Cli } from './cli.ts';
import { createProgram } from './create-program.ts';
import { errorParts } from './error-parts.ts';
import { jsonText } from './json-text.ts';
import { createTerminal } from './terminal.ts';

/** Runs one command. Exit code 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C. */
export async function runCli(argv: string[]): Promise<void> {
  const terminal = createTerminal(process);
  // A reader that has enough (`| head`) ends the command without a word.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const interrupt = new AbortController();
  const onSignal = () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const cli: Cli = { env: process.env, terminal, signal: interrupt.signal, now: () => new Date() };
  try {
    await createProgram(cli).parseAsync(argv, { from: 'user' });
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? 130 : tell(cli, error, argv.includes('--json'));
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** One line on standard error, as JSON where the answer would have been. Answers the exit code. */
function tell({ terminal, env }: Cli, error: unknown, asJson: boolean): number {
  const isUsage = error instanceof CommanderError;
  // Help and version were printed; help that nobody asked for is an error of usage.
  if (isUsage && error.exitCode === 0) return 0;
  if (isUsage && error.code === 'commander.help') return 2;
  const { code, message } = isUsage
    ? { code: 'usage', message: printableText(error.message.replace(/^error: /, '')) }
    : errorParts(error);
  terminal.complain(asJson ? `${jsonText({ error: { code, message } })}\n` : `${code}: ${message}\n`);
  if (env.LEADGEN_LOG_LEVEL === 'debug' && error instanceof Error) terminal.complain(`${error.stack}\n`);
  return isUsage ? 2 : 1;
}
