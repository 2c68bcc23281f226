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
  telling: 'html base meta link script a area iframe div main svg template',
};

const kinds = new Map<string, number>();
for (const kind of Object.keys(members) as (keyof typeof elementKind)[]) {
  for (const name of members[kind].split(' ')) kinds.set(name, (kinds.get(name) ?? 0) | elementKind[kind]);
}

export function elementKindOf(name: string): number {
  return kinds.get(name) ?? 0;
}
