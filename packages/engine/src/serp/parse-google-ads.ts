import type { Element } from 'domhandler';
import { serpLimits } from './limits.ts';
import { decodeRedirectLink, isAdRedirect, isOpaqueRedirect } from './redirect-link.ts';
import {
  closest,
  descendants,
  first,
  hasAncestor,
  hasClass,
  parentOf,
  type ResultDocument,
  textOf,
} from './result-document.ts';
import type { SerpAd } from './result-page.ts';

const topBlocks = new Set(['tads', 'tvcap', 'atvcap', 'taw']);
const bottomBlocks = new Set(['tadsb', 'bottomads', 'mbEnd-bottom']);
const sideBlocks = new Set(['rhs', 'rhs_block', 'mbEnd']);
const textClasses = ['yDYNvb', 'MUxGbd', 'ads-creative', 's3v9rd', 'BNeawe'];
const displayClasses = ['x2VHCd', 'qzEoUe', 'Zu0yb', 'v5yQqb-cite', 'UdQCqe', 'BamJPe', 'apx8Vc'];

/**
 * Text ads: blocks marked as such (`data-text-ad`, 2020 to today; `uEierd`, also without JavaScript; `li.ads-ad`, until 2019), and headings whose link
 * is a click address, whatever their block is called.
 */
export function parseGoogleAds(document: ResultDocument, url: string): SerpAd[] {
  const order = new Map<Element, number>();
  const marked: Element[] = [];
  const unmarked: Element[] = [];
  let firstOrganic = Number.POSITIVE_INFINITY;
  for (const [index, each] of document.elements.entries()) {
    order.set(each, index);
    if (isAdBlock(each)) {
      if (!hasAncestor(each, isAdBlock)) marked.push(each);
    } else if (isHeading(each) && !hasAncestor(each, isAdBlock)) {
      const anchor = linkOf(each, null);
      if (anchor && isAdLink(anchor)) {
        if (!hasAncestor(each, isShopping)) unmarked.push(each);
      } else if (each.name === 'h3' && firstOrganic === Number.POSITIVE_INFINITY) firstOrganic = index;
    }
  }
  // A page marks all of its ads or none; without marks, a sitelink of an ad looks like one but for its landing page, which it hides.
  const blocks = marked.length > 0 ? marked : blocksAround(unmarked);
  const ads: SerpAd[] = [];
  for (const block of blocks) {
    if (ads.length >= serpLimits.adsPerPageMax) break;
    const heading =
      first(block, isHeading) ?? first(block, (each) => hasClass(each, 'CCgQ5') || hasClass(each, 'vvjwJb'));
    const anchor = heading && linkOf(heading, block);
    const title = textOf(heading);
    if (!anchor || title === '') continue;
    const landing = landingOf(anchor, block, url);
    if (landing === '' || (marked.length === 0 && isOpaqueRedirect(landing))) continue;
    ads.push({
      position: ads.length + 1,
      area: areaOf(block, order.get(block)! > firstOrganic),
      title,
      url: landing,
      displayUrl: displayOf(block),
      text: textOfAd(block, anchor),
      ...(isOpaqueRedirect(landing) ? { unresolvedLink: landing } : {}),
    });
  }
  return ads;
}

export function isAdBlock(element: Element): boolean {
  return (
    element.attribs['data-text-ad'] !== undefined ||
    hasClass(element, 'uEierd') ||
    (element.name === 'li' && hasClass(element, 'ads-ad'))
  );
}

/** A link that is paid for by the click: its address, or the one that takes its place when it is pressed. */
export function isAdLink({ attribs }: Element): boolean {
  return [attribs.href, attribs['data-rw']].some(
    (address) => address?.includes('/aclk') && isAdRedirect(address, 'https://www.google.com/'),
  );
}

function isHeading(element: Element): boolean {
  return element.attribs.role === 'heading' || element.name === 'h3';
}

/** Shopping cards are no text ads. */
function isShopping(element: Element): boolean {
  return (
    element.name === 'g-inner-card' ||
    element.name === 'g-scrolling-carousel' ||
    /(?:^|\s)(?:pla-unit|cu-container|commercial-unit-(?:desktop|mobile)-(?:top|rhs))(?:\s|$)/.test(
      element.attribs.class ?? '',
    )
  );
}

/** For each heading, the largest element around it that holds no other one. */
function blocksAround(headings: readonly Element[]): Element[] {
  const countIn = new Map<Element, number>();
  for (const heading of headings)
    for (let node: Element | null = heading; node; node = parentOf(node))
      countIn.set(node, (countIn.get(node) ?? 0) + 1);
  return headings.map((heading) => {
    let block = heading;
    for (let node: Element | null = heading; node && countIn.get(node) === 1; node = parentOf(node)) {
      const { id } = node.attribs;
      if (node.name === 'body' || id === 'rso' || (id && (topBlocks.has(id) || bottomBlocks.has(id)))) break;
      block = node;
    }
    return block;
  });
}

function linkOf(heading: Element, block: Element | null): Element | null {
  const around = closest(heading, (each) => each.name === 'a' || each === block);
  if (around && around !== block) return around;
  const links = descendants(heading, (each) => each.name === 'a' && Boolean(each.attribs.href), 5);
  const inside = links.find((each) => textOf(each) !== '') ?? links[0];
  return inside ?? (block && first(block, (each) => each.name === 'a' && Boolean(each.attribs.href)));
}

/** The plain landing page is in `href` (2020 to today); a click address holds it in `adurl`, or names the advertiser's origin in `data-pcu`. */
function landingOf(anchor: Element, block: Element, url: string): string {
  const target = decodeRedirectLink(anchor.attribs.href ?? '', url);
  if (target !== '' && !isOpaqueRedirect(target)) return target;
  for (const name of ['data-pcu', 'data-agdh', 'data-rw']) {
    const value = anchor.attribs[name];
    if (!value) continue;
    const origin = decodeRedirectLink(value.split(',')[0] ?? '', url);
    if (/^https?:/.test(value) && origin !== '' && !isOpaqueRedirect(origin)) return origin;
  }
  const shown = displayOf(block);
  const host = /^(?:https?:\/\/)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,24})/i.exec(shown)?.[1];
  return host ? `https://${host.toLowerCase()}/` : target;
}

function displayOf(block: Element): string {
  const cite =
    first(block, (each) => each.name === 'cite') ??
    first(block, (each) => displayClasses.some((name) => hasClass(each, name)));
  return textOf(cite).replace(/\s{0,2}[›»].{0,300}$/u, '');
}

function textOfAd(block: Element, anchor: Element): string {
  const isLink = (element: Element) => closest(element, (each) => each === anchor) !== null;
  for (const name of textClasses) {
    const found = descendants(
      block,
      (each) => hasClass(each, name) && !isLink(each) && each.attribs.role !== 'heading',
      12,
    )
      .filter(
        (each, _index, all) =>
          !all.some((other) => other !== each && closest(each.parent as Element, (node) => node === other)),
      )
      .map((each) => textOf(each))
      .filter((text) => text.length > 15);
    if (found.length > 0) return [...new Set(found)].slice(0, 2).join(' ');
  }
  return textOf(block, (element) => element === anchor || element.name === 'cite').slice(0, 400);
}

function areaOf(block: Element, isAfterOrganic: boolean): SerpAd['area'] {
  const home = closest(
    block,
    ({ attribs: { id } }) => id !== undefined && (topBlocks.has(id) || bottomBlocks.has(id) || sideBlocks.has(id)),
  );
  const id = home?.attribs.id ?? '';
  if (bottomBlocks.has(id)) return 'bottom';
  if (sideBlocks.has(id)) return 'side';
  if (topBlocks.has(id)) return 'top';
  return isAfterOrganic ? 'bottom' : 'top';
}
