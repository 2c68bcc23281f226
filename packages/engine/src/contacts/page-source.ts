import { decodePage, pageEncoding } from './decode-page.ts';

/** A page as a string to scan, and how pieces of it become text. */
export interface PageSource {
  source: string;
  decode: (piece: string) => string;
  /** The other way: a text in the source's own form. */
  encode: (text: string) => string;
}

/**
 * A UTF-8 page is scanned as its bytes, one character for each: all of markup is ASCII, half of the memory is touched, and only the pieces that
 * matter are decoded. Since a bad sequence never swallows an ASCII character, piece by piece gives what the whole would give.
 */
export function pageSource(body: Uint8Array, contentType: string): PageSource {
  if (pageEncoding(body, contentType) !== 'utf-8')
    return { source: decodePage(body, contentType), decode: same, encode: same };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { source: bytes.toString('latin1', hasByteOrderMark(body) ? 3 : 0), decode: fromBytes, encode: toBytes };
}

function hasByteOrderMark(body: Uint8Array): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}

function same(text: string): string {
  return text;
}

function fromBytes(piece: string): string {
  return notAscii.test(piece) ? Buffer.from(piece, 'latin1').toString('utf8') : piece;
}

function toBytes(text: string): string {
  return notAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

const notAscii = /[^\0-\x7f]/;
