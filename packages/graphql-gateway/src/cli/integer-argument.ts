import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers for commander; what is no such number is an error of usage. */
export function integerArgument({
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
}: {
  minimum?: number;
  maximum?: number;
} = {}): (text: string) => number {
  return (text) => {
    const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= minimum && number <= maximum) return number;
    const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`a whole number ${range} is expected.`);
  };
}

/** An account, as its owner knows it. */
export const userIdArgument = integerArgument({ minimum: 1 });
