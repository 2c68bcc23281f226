/** What the readers need to know of an element, as bits, so that its name is looked up once. */
export const elementKind = {
  /** Stands on a line of its own. */
  block: 1,
  /** Has no end tag. */
  void: 2,
  /** Closed by the next of its kind: what is collected of one ends there. */
  closedByNext: 4,
  /** Part of a line: may hide a piece of an address. */
  inline: 8,
  /** Within a form or a link, the classes `email` and `tel` are names of fields and of buttons. */
  neverMarked: 16,
  /** Its content is text until its own end tag. */
  text: 32,
  /** Of these, the ones in which entities count. */
  escapable: 64,
  /** Begins a language of its own, in which scripts and styles are ordinary elements. */
  foreign: 256,
  /** Says something by itself: a link, a meta, a script. */
  telling: 128,
} as const;

const members: Record<keyof typeof elementKind, string> = {
  block:
    'address article aside blockquote body br button dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html label legend li main nav ol option p pre section select summary table tbody td textarea tfoot th thead title tr ul',
  void: 'area base br col embed hr img input link meta param source track wbr',
  closedByNext: 'li p td th tr dd dt option a',
  inline: 'span i b em u small strong font',
  neverMarked: 'a input form label button body html',
  text: 'script style title textarea iframe noembed noframes xmp',
  escapable: 'title textarea',
  foreign: 'svg math',
  telling: 'html base meta link script a area iframe div main svg template',
};

/** An element as the scanner meets it. */
export interface Element {
  name: string;
  kind: number;
}

const elements = new Map<string, Element>();
for (const kind of Object.keys(members) as (keyof typeof elementKind)[]) {
  for (const name of members[kind].split(' ')) {
    const element = elements.get(name) ?? { name, kind: 0 };
    element.kind |= elementKind[kind];
    elements.set(name, element);
  }
}

export function elementKindOf(name: string): number {
  return elements.get(name)?.kind ?? 0;
}

/** The element whose name, in letters of either case, stands from `start` to `end`. */
export function elementAt(
  { bytes, source }: { bytes: Uint8Array; source: string },
  start: number,
  end: number,
): Element {
  const length = end - start;
  const known = byShape[shapeOf(length, bytes[start]!, bytes[start + (length >> 1)]!, bytes[end - 1]!)];
  if (known !== undefined && known.name.length === length && isNamed(bytes, start, known.name)) return known;
  return { name: source.slice(start, end).replace(/[A-Z]/g, (letter) => letter.toLowerCase()), kind: 0 };
}

/**
 * A number for a name's length and its first, middle and last letter, of either case, so that a page with fifty thousand tags makes no string for each:
 * no two of the names share one.
 */
function shapeOf(length: number, first: number, middle: number, last: number): number {
  return (length + (first | 32) + 9 * (middle | 32) + 45 * (last | 32)) & 1_023;
}

const byShape: (Element | undefined)[] = Array.from({ length: 1_024 });
for (const element of elements.values()) {
  const { name } = element;
  const { length } = name;
  const shape = shapeOf(length, name.charCodeAt(0), name.charCodeAt(length >> 1), name.charCodeAt(length - 1));
  if (byShape[shape]) throw new Error(`${name} and ${byShape[shape].name} have one shape`);
  byShape[shape] = element;
}

/** Whether `name`, of small letters and digits, stands there in letters of either case. */
function isNamed(bytes: Uint8Array, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = bytes[start + index]!;
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== name.charCodeAt(index)) return false;
  }
  return true;
}
