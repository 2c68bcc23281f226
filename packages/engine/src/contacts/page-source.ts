import { pageEncoding } from './decode-page.ts';

/** A page to scan: all of markup is ASCII, so it is read as bytes, and only the pieces that matter are decoded. */
export interface PageSource {
  /** UTF-8, without a byte order mark. */
  bytes: Uint8Array;
  /** One character for each of the bytes: strings are searched faster, and cut without a copy. */
  source: string;
  /** The text from one offset to another. */
  piece: (start: number, end: number) => string;
}

/** Since a bad sequence never swallows an ASCII character, piece by piece gives what the whole would give. */
export function pageSource(body: Uint8Array, contentType: string): PageSource {
  const encoding = pageEncoding(body, contentType);
  const bytes = encoding === 'utf-8' ? withoutByteOrderMark(body) : Buffer.from(new TextDecoder(encoding).decode(body));
  const source = bytes.toString('latin1');
  return {
    bytes,
    source,
    piece(start, end) {
      for (let index = start; index < end; index += 1)
        if (bytes[index]! > 127) return bytes.toString('utf8', start, end);
      return source.slice(start, end);
    },
  };
}

function withoutByteOrderMark(body: Uint8Array): Buffer {
  const start = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  return Buffer.from(body.buffer, body.byteOffset + start, body.byteLength - start);
}
