import type { CallOptions, Operation, Parameter, RawInput } from '@leadgen/engine';
import { type Command, Option } from 'commander';
import { integerArgument, userIdArgument } from './integer-argument.ts';
import { addOutputOptions, type OutputOptions } from './output-options.ts';

/** What every operation's command takes beside the operation's own parameters. */
export type CallFlags = OutputOptions & {
  userId?: number;
  maxCredits?: number;
  cacheOnly?: boolean;
  maxAge?: number;
} & Record<string, unknown>;

/** Adds the flags of an operation, made from its parameters; `subject` is the one that is given without a flag. */
export function addOperationOptions(command: Command, operation: Operation, subject: string): Command {
  for (const [name, parameter] of Object.entries(operation.parameters)) {
    if (name !== subject) for (const option of optionsOf(name, parameter)) command.addOption(option);
  }
  command
    .option('--user-id <number>', 'the account that pays (default: the only one)', userIdArgument)
    .option('--max-credits <number>', 'run only if it cannot cost more', integerArgument());
  command
    .option('--max-age <seconds>', 'take no kept answer older than this', integerArgument())
    .option('--cache-only', 'answer from the cache or not at all; never charges');
  return addOutputOptions(command);
}

/** The parameters as the engine takes them. */
export function rawInput(operation: Operation, flags: CallFlags, given: RawInput): RawInput {
  const raw: RawInput = {};
  for (const [name, parameter] of Object.entries(operation.parameters)) {
    if (parameter.kind === 'flag' && flags[negatedAttribute(name)] === false) raw[name] = false;
    else raw[name] = flags[name];
  }
  return { ...raw, ...given };
}

/** The call options of the flags. */
export function callOptions(flags: CallFlags, subject: string): CallOptions {
  return {
    nameOf: (name) => (name === subject ? placeholder(name) : `--${kebab(name)}`),
    maxCredits: flags.maxCredits ?? null,
    maxAgeSeconds: flags.maxAge ?? null,
    cacheOnly: flags.cacheOnly ?? false,
  };
}

export function placeholder(name: string): string {
  return kebab(name).toUpperCase();
}

function optionsOf(name: string, parameter: Parameter): Option[] {
  const flag = `--${kebab(name)}`;
  switch (parameter.kind) {
    case 'text':
      return [new Option(`${flag} <text>`, parameter.description)];
    case 'integer':
      return [new Option(`${flag} <number>`, `${parameter.description} (default: ${parameter.default})`)];
    case 'choice':
      return [
        new Option(
          `${flag} <name>`,
          `${parameter.description} One of ${parameter.values.join(', ')} (default: ${parameter.default})`,
        ),
      ];
    case 'flag':
      return [
        new Option(flag, `${parameter.description} (default: ${parameter.default ? 'yes' : 'no'})`),
        new Option(`--no-${kebab(shortName(name))}`, `The contrary of ${flag}.`),
      ];
  }
}

/** `includeHistory` is switched off by `--no-history`. */
function shortName(name: string): string {
  const bare = name.replace(/^include(?=[A-Z])/, '');
  return bare.charAt(0).toLowerCase() + bare.slice(1);
}

/** Where commander puts the negated flag. */
function negatedAttribute(name: string): string {
  return shortName(name);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
