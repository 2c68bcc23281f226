import { LeadGenError, type Operation } from '@leadgen/engine';
import { subjectOf } from './operation.ts';

export interface InputColumns {
  /** The field of each column's cells. */
  names: string[];
  /** False: there is no heading, the first line is an input already. */
  hasHeading: boolean;
}

/**
 * What the columns of a table mean: those that are called like an argument of the operation (`Domain`, `place id` and `PLACE_ID` will
 * do) are it, the others come back with the results. A table of one column that begins with an address needs no heading for a crawl.
 * Throws `invalid_param` that names the columns where a needed one is not there.
 */
export function inputColumns(path: string, operation: Operation, heading: readonly string[]): InputColumns {
  const parameters = new Map(Object.keys(operation.parameters).map((name) => [plain(name), name]));
  if (heading.length === 1 && operation.key === 'crawl' && !parameters.has(plain(heading[0]!))) {
    if (/^[^\s@]{1,2000}\.[^\s@]{1,2000}$/.test(heading[0]!))
      return { names: [subjectOf(operation)], hasHeading: false };
  }
  const names: string[] = [];
  for (const [index, text] of heading.entries()) {
    const parameter = parameters.get(plain(text));
    if (parameter !== undefined && names.includes(parameter))
      throw new LeadGenError('invalid_param', `${path}: two columns are ${parameter}.`);
    names.push(parameter ?? unused(text.trim() === '' ? `column_${index + 1}` : text.trim(), names));
  }
  const missing = neededColumns(operation, names);
  if (missing.length === 0) return { names, hasHeading: true };
  const known = Object.keys(operation.parameters).join(', ');
  throw new LeadGenError(
    'invalid_param',
    `${path}: no column is called ${missing.join(' or ')}; its columns are ${shown(heading)}. Columns of ${operation.name}: ${known}; others come back with the results.`,
  );
}

/** Those of which one has to be there; none where it is. */
function neededColumns({ parameters, isRequired }: Operation, names: readonly string[]): string[] {
  const given = Object.fromEntries(names.map((name) => [name, 'given']));
  const needed = Object.entries(parameters).flatMap(([name, parameter]) =>
    parameter.kind === 'text' && parameter.required && !(name in given) && (isRequired?.(name, given) ?? true)
      ? [name]
      : [],
  );
  if (needed.length === 0 || !isRequired) return needed;
  // What makes a required one needless will do as well.
  const instead = Object.keys(parameters).filter((name) =>
    needed.some((each) => !isRequired(each, { [name]: 'given' })),
  );
  return [...new Set([...needed, ...instead])];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

function unused(name: string, taken: readonly string[]): string {
  let free = name;
  for (let number = 2; taken.includes(free); number += 1) free = `${name}_${number}`;
  return free;
}

function shown(heading: readonly string[]): string {
  const texts = heading.slice(0, 10).map((text) => JSON.stringify(text.slice(0, 40)));
  return heading.length > 10 ? `${texts.join(', ')} and ${heading.length - 10} more` : texts.join(', ');
}
