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

const bits: ReadonlyMap<string, number> = new Map(Object.entries(attribute));

export interface AttributeReader {
  /** Looks at the attributes of the tag at hand; to be called before the others. The bits of those that it has. */
  load: (tag: TagAttributes) => number;
  /** The value of the tag's first attribute of that bit, decoded; `''` for one without a value. */
  get: (bit: number) => string | undefined;
  /** The same, as the source has it. */
  raw: (bit: number) => string | undefined;
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
        if (length > 5 && source.charCodeAt(start + 4) === hyphen && attributeName(place).startsWith('data-')) {
          data.push(place);
          continue;
        }
        if (length > longestName) continue;
        const bit = bits.get(attributeName(place));
        if (bit === undefined || (present & bit) !== 0) continue;
        present |= bit;
        places[31 - Math.clz32(bit)] = place;
      }
      return present;
    },
    raw,
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
const longestName = Math.max(...[...bits.keys()].map((name) => name.length));
const upperCase = /[A-Z]/;
