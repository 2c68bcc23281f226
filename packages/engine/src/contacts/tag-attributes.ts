import type { TagAttributes } from './scan-markup.ts';

/** The attributes that are asked for, each with its bit. */
export const attribute = {
  href: 1 << 0,
  src: 1 << 1,
  content: 1 << 2,
  name: 1 << 3,
  property: 1 << 4,
  itemprop: 1 << 5,
  rel: 1 << 6,
  hreflang: 1 << 7,
  lang: 1 << 8,
  'xml:lang': 1 << 9,
  class: 1 << 10,
  style: 1 << 11,
  id: 1 << 12,
  type: 1 << 13,
  alt: 1 << 14,
  value: 1 << 15,
  title: 1 << 16,
  onclick: 1 << 17,
} as const;

/** The names of each length: with the first letter, nearly always one at most to compare. */
const byLength: { name: string; bit: number }[][] = [];
for (const [name, bit] of Object.entries(attribute)) {
  const sameLength = byLength[name.length];
  if (sameLength) sameLength.push({ name, bit });
  else byLength[name.length] = [{ name, bit }];
}

export interface AttributeReader {
  /** Looks at the attributes of the tag at hand; to be called before the others. The bits of those that it has. */
  load: (tag: TagAttributes) => number;
  /** The value of the tag's first attribute of that bit, decoded; `''` for one without a value. */
  get: (bit: number) => string | undefined;
  /** The same, as the source has it. */
  raw: (bit: number) => string | undefined;
  /** The code of the value's first character, NaN or that of a delimiter without one. */
  firstCode: (bit: number) => number;
  hasData: () => boolean;
  /** Each `data-` attribute with its raw value. */
  eachData: (visit: (name: string, raw: string) => void) => void;
}

/**
 * Values of one tag's attributes by name. The places are kept in arrays that live as long as the page, and a value becomes a string when it is asked
 * for: most never are.
 */
export function createAttributeReader(source: string, decoded: (raw: string) => string): AttributeReader {
  const places = new Int32Array(32);
  const data: number[] = [];
  let present = 0;
  let tag: TagAttributes | undefined;

  function slice(place: number): string {
    const { spans } = tag!;
    const start = spans[4 * place + 2]!;
    return start < 0 ? '' : source.slice(start, spans[4 * place + 3]);
  }

  function attributeName(place: number): string {
    const { spans } = tag!;
    const name = source.slice(spans[4 * place], spans[4 * place + 1]);
    return upperCase.test(name) ? name.toLowerCase() : name;
  }

  function raw(bit: number): string | undefined {
    return (present & bit) === 0 ? undefined : slice(places[31 - Math.clz32(bit)]!);
  }

  return {
    load(next) {
      tag = next;
      present = 0;
      data.length = 0;
      for (let place = 0; place < next.count; place += 1) {
        const start = next.spans[4 * place]!;
        const length = next.spans[4 * place + 1]! - start;
        if (length > 5 && source.charCodeAt(start + 4) === hyphen && isNamed(source, start, 'data')) {
          data.push(place);
          continue;
        }
        const bit = bitOf(source, start, length);
        if ((present & bit) !== 0) continue;
        present |= bit;
        if (bit !== 0) places[31 - Math.clz32(bit)] = place;
      }
      return present;
    },
    raw,
    firstCode: (bit) => source.charCodeAt(tag!.spans[4 * places[31 - Math.clz32(bit)]! + 2]!),
    get(bit) {
      const value = raw(bit);
      return value === undefined ? undefined : decoded(value);
    },
    hasData: () => data.length > 0,
    eachData(visit) {
      for (const place of data) visit(attributeName(place), slice(place));
    },
  };
}

const hyphen = 45;
const upperCase = /[A-Z]/;

function bitOf(source: string, start: number, length: number): number {
  const candidates = byLength[length];
  if (candidates === undefined) return 0;
  for (const { name, bit } of candidates) if (isNamed(source, start, name)) return bit;
  return 0;
}

/** Whether `name` stands there, in letters of either case. */
function isNamed(source: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1)
    if ((source.charCodeAt(start + index) | 32) !== name.charCodeAt(index)) return false;
  return true;
}
