import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { cliLimits } from './limits.ts';

/** Where a command reads and prints. Answers go to standard output, everything else to standard error. */
export interface Terminal {
  /** Whether a person watches standard error. */
  isWatched: boolean;
  /** Whether standard output is a terminal too. */
  isScreen: boolean;
  width: number;
  errors: Writable;
  print(text: string): Promise<void>;
  complain(text: string): void;
  /** A word on the way, to a person alone. */
  say(text: string): void;
  /** All of standard input, without the line break at its end. */
  readInput(): Promise<string>;
}

export function createTerminal({
  stdin,
  stdout,
  stderr,
}: {
  stdin: Readable;
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean };
}): Terminal {
  const isWatched = stderr.isTTY === true;
  return {
    isWatched,
    isScreen: stdout.isTTY === true,
    width: stdout.columns ?? cliLimits.widthCharactersDefault,
    errors: stderr,
    async print(text) {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
    complain: (text) => void stderr.write(text),
    say(text) {
      if (isWatched) stderr.write(text);
    },
    async readInput() {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of stdin as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > cliLimits.inputBytesMax) throw new Error('standard input is too long');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks)
        .toString('utf8')
        .replace(/\r?\n$/, '');
    },
  };
}
