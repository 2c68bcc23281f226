import { elementAt, elementKind } from './element-kinds.ts';

/** What a scanner tells of a page, in order. Offsets are into the source; nothing is decoded. */
export interface MarkupReader {
  /** An open tag, the bits of its element, and its attributes, which are valid during the call alone. */
  open(name: string, kind: number, tag: TagAttributes): void;
  close(name: string, kind: number): void;
  /** `isEscaped`: entities count (they do not within scripts and styles). */
  text(start: number, end: number, isEscaped: boolean): void;
}

/** Four offsets for each attribute: name from and to, value from and to (both -1 without one). */
export interface TagAttributes {
  count: number;
  spans: Int32Array;
  /** Written with `/>`, or an `svg` that is never closed. */
  isSelfClosing: boolean;
}

const attributesPerTagMax = 256;

/** The end of each element whose content is text: a literal and one class, no way back. */
const textEnds: ReadonlyMap<string, RegExp> = new Map(
  ['script', 'style', 'title', 'textarea', 'iframe', 'noembed', 'noframes', 'xmp'].map((name) => [
    name,
    new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'gi'),
  ]),
);

/**
 * Reads HTML in one pass, with the tokens of htmlparser2's tokenizer, which is the oracle of its tests: several times its speed, because it jumps to
 * the next `<`, quote or end tag and keeps offsets where that makes strings. Linear in the length: no position is passed twice. There is no
 * element stack, so that a million open elements cost nothing; the reader counts what it needs.
 */
export function scanMarkup(source: string, reader: MarkupReader): void {
  const { length } = source;
  const tag: TagAttributes = { count: 0, spans: new Int32Array(4 * attributesPerTagMax), isSelfClosing: false };
  const { isClosedLater } = createForeignEnds(source);
  let foreign = '';
  let position = 0;
  while (position < length) {
    const open = nextMarkup(source, position);
    if (open > position) reader.text(position, open, true);
    if (open >= length) return;
    const code = source.charCodeAt(open + 1);
    if (code === slash) {
      if (!isLetter(source.charCodeAt(open + 2))) {
        position = after(source, greater, open + 2);
        continue;
      }
      const end = nameEnd(source, open + 2);
      if (end === length) return;
      const { name, kind } = elementAt(source, open + 2, end);
      if (name === foreign) foreign = '';
      reader.close(name, kind);
      position = after(source, greater, end);
    } else if (code === exclamation || code === question) {
      position = code === exclamation ? declarationEnd(source, open) : after(source, greater, open + 1);
    } else {
      const end = nameEnd(source, open + 1);
      const { name, kind } = elementAt(source, open + 1, end);
      position = readTag(source, end, tag);
      if (position < 0) return;
      const opensForeign = (kind & elementKind.foreign) !== 0;
      if (opensForeign && !tag.isSelfClosing && !isClosedLater(name, position)) tag.isSelfClosing = true;
      reader.open(name, kind, tag);
      if (foreign !== '') continue;
      if ((kind & elementKind.text) !== 0) {
        const stop = textEnd(source, position, name);
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

const slash = 47;
const greater = '>';
const exclamation = 33;
const question = 63;
const equals = 61;
const greaterCode = 62;
const doubleQuote = 34;
const singleQuote = 39;

/** The next `<` that begins a tag, an end tag, a comment or a declaration; the end of the source where there is none. */
function nextMarkup(source: string, from: number): number {
  for (let open = source.indexOf('<', from); open >= 0; open = source.indexOf('<', open + 1)) {
    const code = source.charCodeAt(open + 1);
    if (isLetter(code) || code === exclamation || code === question) return open;
    if (code === slash && open + 2 < source.length) return open;
  }
  return source.length;
}

function after(source: string, wanted: string, from: number): number {
  const index = source.indexOf(wanted, from);
  return index < 0 ? source.length : index + 1;
}

function nameEnd(source: string, from: number): number {
  let index = from;
  while (index < source.length && !isEndOfName(source.charCodeAt(index))) index += 1;
  return index;
}

/** Comments end as browsers end them: `-->`, `--!>`, and at once after `<!-->` and `<!--->`; the rest ends at the next `>`. */
function declarationEnd(source: string, open: number): number {
  if (source.startsWith('[CDATA[', open + 2)) {
    const end = source.indexOf(']]>', open + 9);
    return end < 0 ? source.length : end + 3;
  }
  if (!source.startsWith('--', open + 2)) return after(source, greater, open + 2);
  let index = open + 4;
  if (source.charCodeAt(index) === greaterCode) return index + 1;
  if (source.startsWith('->', index)) return index + 2;
  while (index < source.length) {
    const dashes = source.indexOf('--', index);
    if (dashes < 0) return source.length;
    index = dashes + 2;
    while (source.charCodeAt(index) === 45) index += 1;
    if (source.charCodeAt(index) === greaterCode) return index + 1;
    if (source.charCodeAt(index) === exclamation) {
      index += 1;
      if (source.charCodeAt(index) === greaterCode) return index + 1;
    }
  }
  return source.length;
}

/** Reads the attributes from the end of the tag's name. The offset behind the tag, or -1 where the source ends within it. */
function readTag(source: string, from: number, tag: TagAttributes): number {
  const { length } = source;
  const { spans } = tag;
  let count = 0;
  let index = from;
  tag.isSelfClosing = false;
  while (index < length) {
    const code = source.charCodeAt(index);
    if (code === greaterCode) {
      tag.count = count;
      return index + 1;
    }
    if (code === slash) {
      index = skipWhitespace(source, index + 1);
      if (source.charCodeAt(index) === greaterCode) tag.isSelfClosing = true;
      continue;
    }
    if (isWhitespace(code)) {
      index += 1;
      continue;
    }
    const nameStart = index;
    index += 1;
    for (; index < length; index += 1) {
      const next = source.charCodeAt(index);
      if (next === equals || isEndOfName(next)) break;
    }
    const nameStop = index;
    index = skipWhitespace(source, index);
    let valueStart = -1;
    let valueEnd = -1;
    if (source.charCodeAt(index) === equals) {
      index = skipWhitespace(source, index + 1);
      const quote = source.charCodeAt(index);
      if (quote === doubleQuote || quote === singleQuote) {
        valueStart = index + 1;
        valueEnd = source.indexOf(quote === doubleQuote ? '"' : "'", valueStart);
        if (valueEnd < 0) return -1;
        index = valueEnd + 1;
      } else {
        valueStart = index;
        for (; index < length; index += 1) {
          const next = source.charCodeAt(index);
          if (next === greaterCode || isWhitespace(next)) break;
        }
        valueEnd = index;
      }
    }
    if (count < attributesPerTagMax) {
      spans[4 * count] = nameStart;
      spans[4 * count + 1] = nameStop;
      spans[4 * count + 2] = valueStart;
      spans[4 * count + 3] = valueEnd;
      count += 1;
    }
  }
  return -1;
}

function textEnd(source: string, from: number, name: string): number {
  const end = textEnds.get(name)!;
  end.lastIndex = from;
  return end.exec(source)?.index ?? source.length;
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

function skipWhitespace(source: string, from: number): number {
  let index = from;
  while (isWhitespace(source.charCodeAt(index))) index += 1;
  return index;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function isWhitespace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 12;
}

function isEndOfName(code: number): boolean {
  return code === greaterCode || code === slash || isWhitespace(code);
}
