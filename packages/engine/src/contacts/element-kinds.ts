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

const tableSize = 1_024;
/** The elements by a hash of their name, so that a page with fifty thousand tags makes no string for each. */
const table: (Element[] | undefined)[] = Array.from({ length: tableSize });
for (const element of elements.values()) {
  const hash = hashOf(element.name, 0, element.name.length);
  table[hash] = [...(table[hash] ?? []), element];
}

/** The element whose name, in letters of either case, stands from `start` to `end`. */
export function elementAt(source: string, start: number, end: number): Element {
  for (const element of table[hashOf(source, start, end)] ?? noElements)
    if (element.name.length === end - start && isNamed(source, start, element.name)) return element;
  const name = source.slice(start, end);
  return { name: name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), kind: 0 };
}

const noElements: Element[] = [];

function hashOf(source: string, start: number, end: number): number {
  let hash = end - start;
  for (let index = start; index < end; index += 1)
    hash = (31 * hash + (source.charCodeAt(index) | 32)) & (tableSize - 1);
  return hash;
}

/** Whether `name`, of small letters and digits, stands there in letters of either case. */
function isNamed(source: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = source.charCodeAt(start + index);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== name.charCodeAt(index)) return false;
  }
  return true;
}
