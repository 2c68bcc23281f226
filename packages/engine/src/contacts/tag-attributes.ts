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

/** The attributes of one tag as offsets into the source; most of them never become strings. */
export interface TagAttributes {
  count: number;
  /** Four for each attribute: name from and to, value from and to (both -1 without one). */
  spans: Int32Array;
  /** Written with `/>`, or an `svg` that is never closed. */
  isSelfClosing: boolean;
  /** The bits of those that it has. */
  present: number;
  /** By the number of the bit: which of the attributes it is, the first where there are more. */
  places: Int32Array;
  dataCount: number;
  /** Which of the attributes begin with `data-`. */
  data: Int32Array;
}

const attributesPerTagMax = 256;

export function createTagAttributes(): TagAttributes {
  return {
    count: 0,
    spans: new Int32Array(4 * attributesPerTagMax),
    isSelfClosing: false,
    present: 0,
    places: new Int32Array(32),
    dataCount: 0,
    data: new Int32Array(attributesPerTagMax),
  };
}

export function clearAttributes(tag: TagAttributes): void {
  tag.count = 0;
  tag.isSelfClosing = false;
  tag.present = 0;
  tag.dataCount = 0;
}

/** Adds the attribute with these four offsets. */
export function addAttribute(
  tag: TagAttributes,
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  const place = tag.count;
  if (place >= attributesPerTagMax) return;
  const { spans } = tag;
  spans[4 * place] = nameStart;
  spans[4 * place + 1] = nameEnd;
  spans[4 * place + 2] = valueStart;
  spans[4 * place + 3] = valueEnd;
  tag.count = place + 1;
  const length = nameEnd - nameStart;
  if (length > 5 && bytes[nameStart + 4] === hyphen && isNamed(bytes, nameStart, 'data')) {
    tag.data[tag.dataCount] = place;
    tag.dataCount += 1;
    return;
  }
  const known = byShape[shapeOf(length, bytes[nameStart]!, bytes[nameEnd - 1]!)];
  if (known === undefined || known.name.length !== length || (tag.present & known.bit) !== 0) return;
  if (!isNamed(bytes, nameStart, known.name)) return;
  tag.present |= known.bit;
  tag.places[31 - Math.clz32(known.bit)] = place;
}

const hyphen = 45;

/** A number for a name's length and its first and last letter, of either case: no two of the names share one. */
function shapeOf(length: number, first: number, last: number): number {
  return (5 * length + 3 * (first | 32) + (last | 32)) & 255;
}

const byShape: ({ name: string; bit: number } | undefined)[] = Array.from({ length: 256 });
for (const [name, bit] of Object.entries(attribute)) {
  const shape = shapeOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
  if (byShape[shape]) throw new Error(`${name} and ${byShape[shape].name} have one shape`);
  byShape[shape] = { name, bit };
}

/** Whether `name`, of small letters, stands there in letters of either case. */
function isNamed(bytes: Uint8Array, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1)
    if ((bytes[start + index]! | 32) !== name.charCodeAt(index)) return false;
  return true;
}
