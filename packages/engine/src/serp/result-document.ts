import { type CheerioAPI, load } from 'cheerio/slim';
import { Document, Element, isTag, isText, type ParentNode, Text } from 'domhandler';
import { Parser } from 'htmlparser2';
import { serpLimits } from './limits.ts';

/** A result page as a tree, with what parsers ask for most: all elements in document order, and those with an id. */
export interface ResultDocument {
  $: CheerioAPI;
  elements: readonly Element[];
  byId: ReadonlyMap<string, Element>;
}

/**
 * Builds the tree with cheerio's own parser, fed by hand: `cheerio.load` has no limit of depth, and takes 20 seconds for a page nested 200,000 deep.
 * What is nested deeper than any real page is left out, with all that it holds; what is longer, or has more elements, is cut.
 */
export function readDocument(html: string): ResultDocument {
  const document = new Document([]);
  const elements: Element[] = [];
  const byId = new Map<string, Element>();
  const open: ParentNode[] = [document];
  let depthLeftOut = 0;
  let lastText: Text | null = null;

  const append = (node: Element | Text) => {
    const parent = open[open.length - 1]!;
    const previous = parent.children[parent.children.length - 1];
    if (previous) {
      previous.next = node;
      node.prev = previous;
    }
    node.parent = parent;
    parent.children.push(node);
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      lastText = null;
      if (depthLeftOut > 0 || open.length > serpLimits.depthMax) {
        depthLeftOut += 1;
        return;
      }
      const element = new Element(name, attributes);
      append(element);
      open.push(element);
      elements.push(element);
      const { id } = attributes;
      if (id && !byId.has(id)) byId.set(id, element);
    },
    ontext(data) {
      if (depthLeftOut > 0) return;
      if (lastText) lastText.data += data;
      else {
        lastText = new Text(data);
        append(lastText);
      }
    },
    onclosetag() {
      lastText = null;
      if (depthLeftOut > 0) depthLeftOut -= 1;
      else open.pop();
    },
  });
  const length = Math.min(html.length, serpLimits.pageCharactersMax);
  // Piece by piece, because the parser's own stack costs more the deeper it is, and nobody else would stop it.
  for (let at = 0; at < length; at += serpLimits.chunkCharactersMax) {
    if (elements.length > serpLimits.elementsMax || depthLeftOut > serpLimits.depthMax) break;
    parser.write(html.slice(at, Math.min(at + serpLimits.chunkCharactersMax, length)));
  }
  parser.end();
  return { $: load(document), elements, byId };
}

/** Visible text on one line, without scripts, styles and direction marks, spaces collapsed; at most `textCharactersMax` of it. */
export function textOf(node: Element | null | undefined, skip?: (element: Element) => boolean): string {
  if (!node) return '';
  const parts: string[] = [];
  collectText(node, parts, skip, { charactersLeft: serpLimits.textCharactersMax });
  return cleanText(parts.join(''));
}

export function cleanText(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Recursion is safe here: no tree is deeper than `depthMax`. */
function collectText(
  node: ParentNode,
  parts: string[],
  skip: ((element: Element) => boolean) | undefined,
  budget: { charactersLeft: number },
): void {
  for (const child of node.children) {
    if (budget.charactersLeft <= 0) return;
    if (isText(child)) {
      const text = child.data.length > 200 ? child.data.replace(/\s+/g, ' ') : child.data;
      parts.push(text.length > budget.charactersLeft ? text.slice(0, budget.charactersLeft) : text);
      budget.charactersLeft -= text.length;
    } else if (isTag(child)) {
      if (unseen.has(child.name) || skip?.(child)) continue;
      const separated = spaced.has(child.name);
      if (separated) parts.push(' ');
      collectText(child, parts, skip, budget);
      if (separated) parts.push(' ');
    }
  }
}

const unseen = new Set(['script', 'style', 'noscript', 'template']);
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

/** Whether an element stands within another one that matches. */
export function hasAncestor(element: Element, matches: (each: Element) => boolean): boolean {
  const parent = parentOf(element);
  return parent !== null && closest(parent, matches) !== null;
}

export function isWithin(element: Element, ancestor: Element | null | undefined): boolean {
  return ancestor !== null && ancestor !== undefined && closest(element, (each) => each === ancestor) !== null;
}

/** The descendants of an element in document order, the element left out. */
export function descendants(
  element: Element,
  matches: (each: Element) => boolean,
  most = 1000,
  visitedMax: number = serpLimits.elementsMax * 2,
): Element[] {
  const found: Element[] = [];
  const stack: Element[] = [];
  const pushChildren = (node: Element) => {
    for (let index = node.children.length - 1; index >= 0; index -= 1) {
      const child = node.children[index]!;
      if (isTag(child)) stack.push(child);
    }
  };
  pushChildren(element);
  for (let visited = 0; visited < visitedMax && stack.length > 0 && found.length < most; visited += 1) {
    const node = stack.pop()!;
    if (matches(node)) found.push(node);
    pushChildren(node);
  }
  return found;
}

/** The first such descendant; looked for among as many elements as a whole real page has, since this is asked for each of many blocks. */
export function first(element: Element, matches: (each: Element) => boolean): Element | null {
  return descendants(element, matches, 1, serpLimits.blockElementsMax)[0] ?? null;
}
