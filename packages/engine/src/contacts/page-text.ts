import { contactLimits } from './limits.ts';
import type { PageSource } from './page-source.ts';

/** The visible text of a page while it is read, as UTF-8, so that the text of one element can be told from the place where it began. */
export interface PageText {
  /** Adds a piece of the source; where that holds an `&` adds nothing and answers false. */
  copy(start: number, end: number): boolean;
  add(text: string): void;
  breakLine(): void;
  /** The place where the next piece will stand. */
  end(): number;
  /** What came since a place, at most so many bytes. */
  since(from: number, bytesMax: number): string;
  all(): string;
}

export function createPageText({ bytes }: PageSource): PageText {
  let buffer = Buffer.allocUnsafe(Math.max(1_024, bytes.length >> 2));
  let length = 0;

  function makeRoom(count: number): void {
    if (length + count <= buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (length + count));
    larger.set(buffer.subarray(0, length));
    buffer = larger;
  }

  return {
    copy(start, end) {
      if (length >= contactLimits.textBytesMax) return true;
      makeRoom(end - start);
      const into = buffer;
      let to = length;
      for (let index = start; index < end; index += 1) {
        const code = bytes[index]!;
        if (code === ampersand) return false;
        into[to] = code;
        to += 1;
      }
      length = to;
      return true;
    },
    add(text) {
      if (length >= contactLimits.textBytesMax) return;
      makeRoom(3 * text.length);
      length += buffer.write(text, length);
    },
    breakLine() {
      if (length > 0 && buffer[length - 1] === lineBreak) return;
      makeRoom(1);
      buffer[length] = lineBreak;
      length += 1;
    },
    end: () => length,
    since: (from, bytesMax) =>
      from === length ? '' : buffer.toString('utf8', from, Math.min(length, from + bytesMax)),
    all: () => buffer.toString('utf8', 0, length),
  };
}

const ampersand = 38;
const lineBreak = 10;
