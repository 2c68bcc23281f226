import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type CommandEnvironment = Record<string, string>;

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Standard output as the one JSON document that it must be. */
  // biome-ignore lint/suspicious/noExplicitAny: tests name the fields that they look at.
  json(): any;
}

export interface RunningCommand {
  pid: number;
  signal(name: NodeJS.Signals): void;
  ended: Promise<CommandResult>;
}

const script = fileURLToPath(new URL('../../packages/graphql-gateway/leadgen.mjs', import.meta.url));

/** Nothing of the machine's own settings reaches a process under test. */
export function bareEnvironment(): CommandEnvironment {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}) };
}

/** The command line as a process of its own, as a person or a program would run it. */
export function startLeadgen(
  environment: CommandEnvironment,
  args: readonly string[],
  { input = '' }: { input?: string } = {},
): RunningCommand {
  const child = spawn(process.execPath, [script, ...args], { env: { ...bareEnvironment(), ...environment } });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<CommandResult>((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('close', (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) }));
  });
  return { pid: child.pid ?? 0, signal: (name) => void child.kill(name), ended };
}

export function runLeadgen(
  environment: CommandEnvironment,
  args: readonly string[],
  options: { input?: string } = {},
): Promise<CommandResult> {
  return startLeadgen(environment, args, options).ended;
}
