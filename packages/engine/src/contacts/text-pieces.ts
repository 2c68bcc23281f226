import { contactLimits } from './limits.ts';

/** The pieces of a page's text, so that the text of one element can be told from the place where it began. */
export function createTextPieces() {
  const pieces: string[] = [];
  let length = 0;
  return {
    push(piece: string): void {
      if (length >= contactLimits.textCharactersMax) return;
      pieces.push(piece);
      length += piece.length;
    },
    breakLine(): void {
      if (pieces.at(-1) !== '\n') pieces.push('\n');
    },
    count: (): number => pieces.length,
    /** What came since `from` was the count, cut. */
    since(from: number, charactersMax: number): string {
      let text = '';
      for (let index = from; index < pieces.length && text.length < charactersMax; index += 1) text += pieces[index];
      return text.length > charactersMax ? text.slice(0, charactersMax) : text;
    },
    all: (): string => pieces.join(''),
  };
}
