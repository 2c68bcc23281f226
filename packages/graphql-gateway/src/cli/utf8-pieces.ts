import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { LeadGenError } from '@leadgen/engine';
import { cliLimits } from './limits.ts';
import { namedFault } from './read-lines.ts';

const lineBreak = 10;

/**
 * The text of a file, or of standard input where the name is `-`, in pieces of whole lines and without a byte order mark. What is not
 * UTF-8 is an `invalid_param` that names the line: guessing would turn names into others.
 */
export async function* utf8Pieces(path: string): AsyncGenerator<string> {
  const input = (path === '-' ? process.stdin : createReadStream(path)) as AsyncIterable<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  let isStart = true;

  function textOf(bytes: Buffer): string {
    if (isStart && looksLikeUtf16(bytes)) throw fault(path, 1, 'it is UTF-16; save it as UTF-8');
    if (!isUtf8(bytes)) throw fault(path, lines + badLine(bytes), 'it is not UTF-8; save the file as UTF-8');
    for (let at = bytes.indexOf(lineBreak); at >= 0; at = bytes.indexOf(lineBreak, at + 1)) lines += 1;
    const text = bytes.toString('utf8');
    const piece = isStart ? text.replace(/^\ufeff/, '') : text;
    isStart = false;
    return piece;
  }

  try {
    for await (const chunk of input) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(lineBreak) + 1;
      rest = bytes.subarray(end);
      if (rest.length > cliLimits.lineBytesMax) {
        const kilobytes = cliLimits.lineBytesMax / 1024;
        throw fault(path, lines + 1, `it is longer than ${kilobytes} kB`);
      }
      if (end > 0) yield textOf(bytes.subarray(0, end));
    }
    if (rest.length > 0) yield textOf(rest);
  } catch (error) {
    throw namedFault(path, error);
  }
}

function looksLikeUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length > 1 && (first === 0) !== (second === 0);
}

/** From 1. */
function badLine(bytes: Buffer): number {
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(lineBreak, start) + 1;
    if (end === 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
}

function fault(path: string, line: number, why: string): LeadGenError {
  return new LeadGenError('invalid_param', `${path}: line ${line}: ${why}.`);
}
