import type { Terminal } from './terminal.ts';

/** What every command gets. */
export interface Cli {
  env: Record<string, string | undefined>;
  terminal: Terminal;
  /** Aborted by Ctrl-C: a command stops its work and gives back what it holds. */
  signal: AbortSignal;
  now(): Date;
}
