import type { TagAttributes } from './scan-markup.ts';

/** The attributes that are asked for by name. */
const names = [
  'href',
  'src',
  'content',
  'name',
  'property',
  'itemprop',
  'rel',
  'hreflang',
  'lang',
  'xml:lang',
  'class',
  'style',
  'id',
  'type',
  'alt',
  'value',
  'title',
  'onclick',
] as const;

export type AttributeName = (typeof names)[number];

const numbers: ReadonlyMap<string, number> = new Map(names.map((name, index) => [name, index]));

export interface AttributeReader {
  /** Looks at the attributes of the tag at hand; to be called before the others. */
  load: (tag: TagAttributes) => void;
  /** The value of the tag's first attribute of that name, decoded; `''` for one without a value. */
  get: (name: AttributeName) => string | undefined;
  /** The same, as the source has it. */
  raw: (name: AttributeName) => string | undefined;
  /** Each `data-` attribute with its raw value. */
  eachData: (visit: (name: string, raw: string) => void) => void;
}

/**
 * Values of one tag's attributes by name. The places are kept in arrays that live as long as the page, and a value becomes a string when it is asked
 * for: most never are.
 */
export function createAttributeReader(source: string, unescape: (raw: string) => string): AttributeReader {
  const places = new Int32Array(names.length);
  const seenIn = new Int32Array(names.length);
  const data: number[] = [];
  let serial = 0;
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

  function raw(name: AttributeName): string | undefined {
    const number = numbers.get(name)!;
    return seenIn[number] === serial ? slice(places[number]!) : undefined;
  }

  return {
    load(next) {
      tag = next;
      serial += 1;
      data.length = 0;
      for (let place = 0; place < next.count; place += 1) {
        const start = next.spans[4 * place]!;
        const length = next.spans[4 * place + 1]! - start;
        if (length > 5 && source.charCodeAt(start + 4) === hyphen && attributeName(place).startsWith('data-')) {
          data.push(place);
          continue;
        }
        if (length > longestName) continue;
        const number = numbers.get(attributeName(place));
        if (number === undefined || seenIn[number] === serial) continue;
        seenIn[number] = serial;
        places[number] = place;
      }
    },
    raw,
    get(name) {
      const value = raw(name);
      return value === undefined ? undefined : unescape(value);
    },
    eachData(visit) {
      for (const place of data) visit(attributeName(place), slice(place));
    },
  };
}

const hyphen = 45;
const longestName = Math.max(...names.map((name) => name.length));
const upperCase = /[A-Z]/;
