import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { LeadGenError } from '@leadgen/engine';

/** The lines of a text file, or of standard input where the name is `-`. A file that cannot be read is told by its name. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  let fault: NodeJS.ErrnoException | null = null;
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  input.once('error', (error: NodeJS.ErrnoException) => {
    fault = error;
    reader.close();
  });
  yield* reader;
  if (fault !== null) throw new LeadGenError('invalid_param', `${path}: ${faultText(fault)}.`);
}

function faultText({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'it may not be read';
  return message;
}
