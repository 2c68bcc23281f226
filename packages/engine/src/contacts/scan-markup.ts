import { elementAt, elementKind } from './element-kinds.ts';
import { addAttribute, clearAttributes, createTagAttributes, type TagAttributes } from './tag-attributes.ts';

/** A page's bytes, and a string of one character for each of them. */
export interface MarkupSource {
  bytes: Uint8Array;
  source: string;
}

/** What a scanner tells of a page, in order. Offsets are into the source; nothing is decoded. */
export interface MarkupReader {
  /** An open tag, the bits of its element, and its attributes, which are valid during the call alone. */
  open(name: string, kind: number, tag: TagAttributes): void;
  close(name: string, kind: number): void;
  /** `isEscaped`: entities count (they do not within scripts and styles). */
  text(start: number, end: number, isEscaped: boolean): void;
}

/**
 * Reads HTML in one pass, with the tokens of htmlparser2's tokenizer, which is the oracle of its tests: several times its speed, because it jumps to
 * the next `<`, quote or end tag and keeps offsets where that makes strings. Linear in the length: no position is passed twice. There is no
 * element stack, so that a million open elements cost nothing; the reader counts what it needs.
 */
export function scanMarkup(page: MarkupSource, reader: MarkupReader): void {
  const { bytes, source } = page;
  const { length } = source;
  const tag = createTagAttributes();
  const { isClosedLater } = createForeignEnds(source);
  let foreign = '';
  let position = 0;
  while (position < length) {
    const open = nextMarkup(page, position);
    if (open > position) reader.text(position, open, true);
    if (open >= length) return;
    const code = bytes[open + 1];
    if (code === slash) {
      if (!isLetter(bytes[open + 2])) {
        position = tagEnd(page, open + 2);
        continue;
      }
      const end = nameEnd(bytes, open + 2);
      if (end === length) return;
      const { name, kind } = elementAt(page, open + 2, end);
      if (name === foreign) foreign = '';
      reader.close(name, kind);
      position = tagEnd(page, end);
    } else if (code === exclamation || code === question) {
      position = code === exclamation ? declarationEnd(page, open) : tagEnd(page, open + 1);
    } else {
      const end = nameEnd(bytes, open + 1);
      const { name, kind } = elementAt(page, open + 1, end);
      position = readTag(page, end, tag);
      if (position < 0) return;
      const opensForeign = (kind & elementKind.foreign) !== 0;
      if (opensForeign && !tag.isSelfClosing && !isClosedLater(name, position)) tag.isSelfClosing = true;
      reader.open(name, kind, tag);
      if (foreign !== '') continue;
      if ((kind & elementKind.text) !== 0) {
        const stop = textEnd(page, position, name);
        if (stop > position) reader.text(position, stop, (kind & elementKind.escapable) !== 0);
        position = stop;
      } else if (opensForeign) {
        if (!tag.isSelfClosing) foreign = name;
      } else if (kind === 0 && name === 'plaintext') {
        if (position < length) reader.text(position, length, false);
        return;
      }
    }
  }
}

const less = 60;
const slash = 47;
const exclamation = 33;
const question = 63;
const equals = 61;
const greater = 62;
const doubleQuote = 34;
const singleQuote = 39;
const hyphen = 45;

/** The next `<` that begins a tag, an end tag, a comment or a declaration; the end of the source where there is none. */
function nextMarkup({ bytes, source }: MarkupSource, from: number): number {
  const { length } = source;
  for (
    let open = bytes[from] === less ? from : source.indexOf('<', from);
    open >= 0;
    open = source.indexOf('<', open + 1)
  ) {
    const code = bytes[open + 1];
    if (isLetter(code) || code === exclamation || code === question) return open;
    if (code === slash && open + 2 < length) return open;
  }
  return length;
}

/** The offset behind the next `>`. */
function tagEnd({ bytes, source }: MarkupSource, from: number): number {
  if (bytes[from] === greater) return from + 1;
  const index = source.indexOf('>', from);
  return index < 0 ? source.length : index + 1;
}

function nameEnd(bytes: Uint8Array, from: number): number {
  let index = from;
  while (index < bytes.length && (endings[bytes[index]!]! & endOfName) === 0) index += 1;
  return index;
}

/** Comments end as browsers end them: `-->`, `--!>`, and at once after `<!-->` and `<!--->`; the rest ends at the next `>`. */
function declarationEnd(page: MarkupSource, open: number): number {
  const { bytes, source } = page;
  if (source.startsWith('[CDATA[', open + 2)) {
    const end = source.indexOf(']]>', open + 9);
    return end < 0 ? source.length : end + 3;
  }
  if (bytes[open + 2] !== hyphen || bytes[open + 3] !== hyphen) return tagEnd(page, open + 2);
  let index = open + 4;
  if (bytes[index] === greater) return index + 1;
  if (bytes[index] === hyphen && bytes[index + 1] === greater) return index + 2;
  while (index < source.length) {
    const dashes = source.indexOf('--', index);
    if (dashes < 0) return source.length;
    index = dashes + 2;
    while (bytes[index] === hyphen) index += 1;
    if (bytes[index] === greater) return index + 1;
    if (bytes[index] === exclamation) {
      index += 1;
      if (bytes[index] === greater) return index + 1;
    }
  }
  return source.length;
}

/** Reads the attributes from the end of the tag's name. The offset behind the tag, or -1 where the source ends within it. */
function readTag({ bytes, source }: MarkupSource, from: number, tag: TagAttributes): number {
  const { length } = bytes;
  clearAttributes(tag);
  let index = from;
  while (index < length) {
    const code = bytes[index]!;
    if (code === greater) return index + 1;
    if (code === slash) {
      index = skipWhitespace(bytes, index + 1);
      if (bytes[index] === greater) tag.isSelfClosing = true;
      continue;
    }
    if ((endings[code]! & space) !== 0) {
      index += 1;
      continue;
    }
    const nameStart = index;
    index += 1;
    while (index < length && (endings[bytes[index]!]! & endOfAttributeName) === 0) index += 1;
    const nameStop = index;
    index = skipWhitespace(bytes, index);
    let valueStart = -1;
    let valueEnd = -1;
    if (bytes[index] === equals) {
      index = skipWhitespace(bytes, index + 1);
      const quote = bytes[index];
      if (quote === doubleQuote || quote === singleQuote) {
        valueStart = index + 1;
        valueEnd = source.indexOf(quote === doubleQuote ? '"' : "'", valueStart);
        if (valueEnd < 0) return -1;
        index = valueEnd + 1;
      } else {
        valueStart = index;
        while (index < length && (endings[bytes[index]!]! & endOfBareValue) === 0) index += 1;
        valueEnd = index;
      }
    }
    addAttribute(tag, bytes, nameStart, nameStop, valueStart, valueEnd);
  }
  return -1;
}

/** The end of an element whose content is text: `</`, its name in letters of either case, and the end of a name. */
function textEnd({ bytes, source }: MarkupSource, from: number, name: string): number {
  for (let end = source.indexOf('</', from); end >= 0; end = source.indexOf('</', end + 2)) {
    const stop = end + 2 + name.length;
    if (stop >= source.length) break;
    if ((endings[bytes[stop]!]! & endOfName) !== 0 && source.slice(end + 2, stop).toLowerCase() === name) return end;
  }
  return source.length;
}

/** Whether `</svg` or `</math` comes later: an element that is never closed must not hide the page. One search serves all before its hit. */
function createForeignEnds(source: string) {
  const next = new Map<string, number>();
  function isClosedLater(name: string, from: number): boolean {
    let end = next.get(name) ?? 0;
    if (end < from) {
      end = source.indexOf(`</${name}`, from);
      if (end < 0) end = Number.POSITIVE_INFINITY;
      next.set(name, end);
    }
    return end !== Number.POSITIVE_INFINITY;
  }
  return { isClosedLater };
}

function skipWhitespace(bytes: Uint8Array, from: number): number {
  let index = from;
  while (index < bytes.length && (endings[bytes[index]!]! & space) !== 0) index += 1;
  return index;
}

function isLetter(code: number | undefined): boolean {
  const lower = (code ?? 0) | 32;
  return lower >= 97 && lower <= 122;
}

const space = 1;
const endOfName = 2;
const endOfAttributeName = 4;
const endOfBareValue = 8;
/** What each byte ends. */
const endings = new Uint8Array(256);
for (const [bits, codes] of [
  [space | endOfName | endOfAttributeName | endOfBareValue, ' \n\t\r\f'],
  [endOfName | endOfAttributeName, '/'],
  [endOfName | endOfAttributeName | endOfBareValue, '>'],
  [endOfAttributeName, '='],
] as const)
  for (const code of codes) endings[code.charCodeAt(0)] = bits;
