import { LeadGenError } from './errors.ts';
import { parameterLimits } from './limits.ts';

/** What a parameter is, once for every door. `rest` is its name in the legacy REST API; null = that door does not have it. */
interface ParameterBase {
  rest: string | null;
  description: string;
  example?: string;
}
export interface TextParameter extends ParameterBase {
  kind: 'text';
  required?: boolean;
  /** Two letters, case folded: a country or a language. The default comes from the settings of the same name. */
  twoLetters?: 'country' | 'language';
}
export interface IntegerParameter extends ParameterBase {
  kind: 'integer';
  minimum: number;
  maximum: number;
  default: number;
}
export interface ChoiceParameter extends ParameterBase {
  kind: 'choice';
  values: readonly string[];
  default: string;
}
export interface FlagParameter extends ParameterBase {
  kind: 'flag';
  default: boolean;
}
export type Parameter = TextParameter | IntegerParameter | ChoiceParameter | FlagParameter;
export type Parameters = Record<string, Parameter>;

/** `P2` … `P7` of the decisions: the typed form of a call's parameters. An absent text is null. */
export type InputOf<P extends Parameters> = {
  [K in keyof P]: P[K] extends { kind: 'integer' }
    ? number
    : P[K] extends { kind: 'flag' }
      ? boolean
      : P[K] extends { kind: 'choice'; values: readonly (infer V)[] }
        ? V
        : P[K] extends { required: true } | { twoLetters: string }
          ? string
          : string | null;
};

/** What a door hands over: strings as received, or typed values; an array form is marked by the door as `arrayForm`. */
export type RawInput = Record<string, unknown>;

/** Stands for `name[]=…` in a query string, which no parameter takes (E6). */
export const arrayForm: unique symbol = Symbol('array form');
/** Stands for a value that is not valid percent-encoded UTF-8 (E19). */
export const badEncoding: unique symbol = Symbol('bad encoding');

/**
 * Reads one call's parameters by their camelCase names.
 * First everything that is missing, then everything that is invalid (E1); throws `missing_param` or `invalid_param` naming the parameter as `nameOf` spells it.
 */
export function parseParameters<P extends Parameters>(
  parameters: P,
  raw: RawInput,
  options: {
    nameOf: (name: string, parameter: Parameter) => string;
    defaults: { country: string; language: string };
    /** Whether an absent required parameter is really needed (`query` is not, where `code` is given). */
    isRequired?: (name: string, raw: RawInput) => boolean;
  },
): InputOf<P> {
  const entries = Object.entries(parameters);
  for (const [name, parameter] of entries) {
    if (parameter.kind !== 'text' || !parameter.required || !isAbsent(raw[name])) continue;
    if (options.isRequired && !options.isRequired(name, raw)) continue;
    throw new LeadGenError('missing_param', `Parameter: ${options.nameOf(name, parameter)}.`);
  }
  const input: Record<string, unknown> = {};
  for (const [name, parameter] of entries) {
    input[name] = parseValue(parameter, raw[name], options.nameOf(name, parameter), options.defaults);
  }
  return input as InputOf<P>;
}

/** Trimmed empty counts as absent (E5, P3); "0" is a value. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function parseValue(
  parameter: Parameter,
  value: unknown,
  name: string,
  defaults: { country: string; language: string },
): unknown {
  const invalid = (why: string) => new LeadGenError('invalid_param', `Parameter: ${name}: ${why}.`);
  if (value === arrayForm) throw invalid('a single value is expected, not an array');
  if (value === badEncoding) throw invalid('it is not valid percent-encoded UTF-8');
  if (isAbsent(value)) {
    if (parameter.kind !== 'text') return parameter.default;
    return parameter.twoLetters ? defaults[parameter.twoLetters] : null;
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw invalid('a single value is expected');
  const text = String(value).trim();
  if (text.length > parameterLimits.valueCharactersMax)
    throw invalid(`at most ${parameterLimits.valueCharactersMax} characters`);
  switch (parameter.kind) {
    case 'text': {
      if (text.includes('\0')) throw invalid('it holds a NUL character');
      if (!text.isWellFormed()) throw invalid('it is not valid Unicode');
      if (!parameter.twoLetters) return text;
      if (!/^[a-z]{2}$/i.test(text)) throw invalid('two letters are expected');
      return text.toLowerCase();
    }
    case 'integer': {
      if (!/^\d{1,15}$/.test(text))
        throw invalid(`an integer from ${parameter.minimum} to ${parameter.maximum} is expected`);
      const number = Number(text);
      if (number < parameter.minimum || number > parameter.maximum) {
        throw invalid(`an integer from ${parameter.minimum} to ${parameter.maximum} is expected`);
      }
      return number;
    }
    case 'choice': {
      const choice = text.toLowerCase();
      if (!parameter.values.includes(choice)) throw invalid(`one of ${parameter.values.join(', ')} is expected`);
      return choice;
    }
    case 'flag': {
      const word = text.toLowerCase();
      if (['true', '1', 'yes', 'on'].includes(word)) return true;
      if (['false', '0', 'no', 'off'].includes(word)) return false;
      throw invalid('true or false is expected');
    }
  }
}
