import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LeadGenError } from '@leadgen/engine';

/** The lines of a text file, or of standard input where the name is `-`. A file that cannot be read is told by its name. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw namedFault(path, error);
  }
}

/** What keeps a file from being read, with its name; any other error as it is. */
export function namedFault(path: string, error: unknown): unknown {
  const text = faultText(error as NodeJS.ErrnoException);
  return text === null ? error : new LeadGenError('invalid_param', `${path}: ${text}.`);
}

function faultText({ code }: NodeJS.ErrnoException): string | null {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'it may not be read';
  return null;
}
