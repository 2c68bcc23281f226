import { type CheerioAPI, load } from 'cheerio/slim';
import { type Document, type Element, isTag, isText, type ParentNode } from 'domhandler';
import { serpLimits } from './limits.ts';

/** A result page as a tree, with what parsers ask for most: all elements in document order, and those with an id. */
export interface ResultDocument {
  $: CheerioAPI;
  elements: readonly Element[];
  byId: ReadonlyMap<string, Element>;
}

/** Builds the tree; what is nested deeper than any real page, or longer, is left out. */
export function readDocument(html: string): ResultDocument {
  const $ = load(
    cutDeepNesting(html.length > serpLimits.pageCharactersMax ? html.slice(0, serpLimits.pageCharactersMax) : html),
  );
  const elements: Element[] = [];
  const byId = new Map<string, Element>();
  // An explicit stack: the depth of a hostile page must not become that of our calls.
  const stack: ParentNode[] = [$.root()[0] as Document];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (isTag(node)) {
      elements.push(node);
      const { id } = node.attribs;
      if (id && !byId.has(id)) byId.set(id, node);
    }
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index]!;
      if (isTag(child)) stack.push(child);
    }
  }
  return { $, elements, byId };
}

/** A page nested beyond the limit is cut there. Tags are only counted, which is near enough: void elements are left out. */
function cutDeepNesting(html: string): string {
  let depth = 0;
  for (const tag of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (voidElements.has(tag[2]!.toLowerCase())) continue;
    depth += tag[1] === '/' ? -1 : 1;
    if (depth < 0) depth = 0;
    if (depth > serpLimits.depthMax) return html.slice(0, tag.index);
  }
  return html;
}

const voidElements = new Set(
  'area base br col embed hr img input link meta param source track wbr p li td tr th option dt dd path g'.split(' '),
);

/** Visible text on one line: no scripts or styles, no direction marks, spaces collapsed. */
export function textOf(node: Element | null | undefined, skip?: (element: Element) => boolean): string {
  if (!node) return '';
  const parts: string[] = [];
  collectText(node, parts, skip, 0);
  return cleanText(parts.join(''));
}

export function cleanText(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function collectText(
  node: ParentNode,
  parts: string[],
  skip: ((element: Element) => boolean) | undefined,
  depth: number,
): void {
  if (depth > serpLimits.depthMax) return;
  for (const child of node.children) {
    if (isText(child)) parts.push(child.data);
    else if (isTag(child)) {
      if (
        child.name === 'script' ||
        child.name === 'style' ||
        child.name === 'noscript' ||
        child.name === 'template' ||
        skip?.(child)
      )
        continue;
      const separated = spaced.has(child.name);
      if (separated) parts.push(' ');
      collectText(child, parts, skip, depth + 1);
      if (separated) parts.push(' ');
    }
  }
}

const spaced = new Set('div p li ul ol br table tr td th h1 h2 h3 h4 h5 h6 section article dt dd'.split(' '));

export function hasClass(element: Element, name: string): boolean {
  const classes = element.attribs.class;
  if (classes === undefined) return false;
  const at = classes.indexOf(name);
  return at >= 0 && ` ${classes} `.includes(` ${name} `);
}

export function closest(element: Element | null, matches: (each: Element) => boolean): Element | null {
  for (let node: Element | null = element; node; node = parentOf(node)) if (matches(node)) return node;
  return null;
}

export function parentOf(element: Element): Element | null {
  return element.parent && isTag(element.parent) ? element.parent : null;
}

export function isWithin(element: Element, ancestor: Element | null | undefined): boolean {
  return ancestor !== null && ancestor !== undefined && closest(element, (each) => each === ancestor) !== null;
}

/** The descendants of an element in document order, the element left out. */
export function descendants(element: Element, matches: (each: Element) => boolean, most = 1000): Element[] {
  const found: Element[] = [];
  const stack: Element[] = [];
  const pushChildren = (node: Element) => {
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index]!;
      if (isTag(child)) stack.push(child);
    }
  };
  pushChildren(element);
  while (stack.length > 0 && found.length < most) {
    const node = stack.pop()!;
    if (matches(node)) found.push(node);
    pushChildren(node);
  }
  return found;
}

export function first(element: Element, matches: (each: Element) => boolean): Element | null {
  return descendants(element, matches, 1)[0] ?? null;
}
