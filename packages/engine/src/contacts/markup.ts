/** What one pass over a page collects, before anything is looked for in it. */
export interface Markup {
  language: string | null;
  baseHref: string | null;
  canonical: string | null;
  hreflangs: { lang: string; href: string }[];
  title: string;
  /** By lower-case name or property; the first one counts. */
  meta: Map<string, string>;
  links: MarkupLink[];
  /** Visible text: a line break at each block, nothing at inline tags, so that split words are whole again. */
  text: string;
  /** Pieces of it that hold an `@` which the source writes as an entity. */
  entityTexts: string[];
  /** Text of elements that are written backwards (`direction: rtl`, `bidi-override`). */
  reversedTexts: string[];
  /** Inline scripts that are no JSON-LD. */
  scripts: string[];
  /** Values that name a contact by their markup. */
  marked: { kind: 'email' | 'phone' | 'fax'; value: string; method: 'json-ld' | 'microdata' | 'h-card' }[];
  /** Profile links of structured data and plugins. */
  profiles: { href: string; method: 'json-ld' | 'microdata' | 'meta' | 'plugin' | 'rel-me' }[];
  /** `data-cfemail`. */
  cloudflare: string[];
  /** Attribute values that may hold an address. */
  attributes: { name: string; value: string }[];
  country: string | null;
  scriptCount: number;
  hasEmptyRoot: boolean;
}

export interface MarkupLink {
  href: string;
  text: string;
  rel: string;
}

export function emptyMarkup(): Markup {
  return {
    language: null,
    baseHref: null,
    canonical: null,
    hreflangs: [],
    title: '',
    meta: new Map(),
    links: [],
    text: '',
    entityTexts: [],
    reversedTexts: [],
    scripts: [],
    marked: [],
    profiles: [],
    cloudflare: [],
    attributes: [],
    country: null,
    scriptCount: 0,
    hasEmptyRoot: false,
  };
}
