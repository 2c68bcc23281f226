import { type Element, isTag } from 'domhandler';
import { breadcrumbAddress, breadcrumbOf } from './breadcrumb-address.ts';
import { addressOfBreadcrumb, inlineAddresses } from './inline-addresses.ts';
import { serpLimits } from './limits.ts';
import { hasLinkToLaterOffset } from './next-page.ts';
import { isAdLink, parseGoogleAds } from './parse-google-ads.ts';
import { decodeRedirectLink, isGoogle, isOpaqueRedirect } from './redirect-link.ts';
import { closest, descendants, first, hasClass, parentOf, type ResultDocument, textOf } from './result-document.ts';
import type { OrganicResult, ParsedResults } from './result-page.ts';

/** Blocks whose links are no organic results, by id and by class. */
const foreignIds = new Set([
  'tads',
  'tadsb',
  'bottomads',
  'tvcap',
  'atvcap',
  'rhs',
  'rhs_block',
  'mbEnd',
  'taw',
  'bres',
  'brs',
  'botstuff-ads',
  'imagebox_bigimages',
  'extrares',
  'foot',
  'center_col-ads',
]);
const foreignClasses = [
  'related-question-pair',
  'commercial-unit-desktop-top',
  'commercial-unit-mobile-top',
  'uEierd',
  'ads-ad',
  'kno-result',
  'cu-container',
  'pla-unit',
  'xpdopen',
  'WlydOe',
  'ifM9O',
];
const foreignTags = new Set([
  'g-scrolling-carousel',
  'g-inner-card',
  'g-accordion-expander',
  'g-expandable-container',
  'g-section-with-header',
  'nav',
  'footer',
  'header',
]);

/** Descriptions by era, newest first. */
const descriptionClasses = [
  'VwiC3b',
  'yXK7lf',
  'IsZvec',
  'aCOpRe',
  'MUxGbd',
  's3v9rd',
  'FrIlee',
  'st',
  'yDYNvb',
  'lEBKkf',
];

/** Fixed words between blanks. */
const anyDescription = new RegExp(`(?:^|\\s)(?:${descriptionClasses.join('|')})(?:\\s|$)`);

interface Found {
  heading: Element;
  anchor: Element;
}

/**
 * Google: a result is a heading within a link (2019 to today, mobile too) or a link within a heading (until 2019), outside the blocks of others.
 * Its block is the largest one around it that holds no other such heading.
 */
export function parseGoogle(document: ResultDocument, url: string): ParsedResults {
  const inline = lazily(() => inlineAddresses(document));
  // Kinds are not mixed: beside the `h3` of a desktop, `role=heading` is a news card; where it is the many, `h3` is the odd one.
  const readAll = (isHeading: (element: Element) => boolean) =>
    resultsOf(
      foundBy(document, isHeading).filter(({ anchor }) => !isForeign(anchor)),
      { url, inline },
    );
  let organic: OrganicResult[] = [];
  for (const kind of headingKinds) {
    const found = readAll(kind);
    if (found.length > organic.length) organic = found;
  }
  for (const kind of titleKinds) if (organic.length === 0) organic = readAll(kind);
  return {
    layout: layoutOf(document),
    organic,
    ads: parseGoogleAds(document, url),
    hasNextPage: hasNext(document, url),
  };
}

const headingKinds: ((element: Element) => boolean)[] = [
  (element) => element.name === 'h3',
  (element) => element.attribs.role === 'heading',
];

const titleKinds: ((element: Element) => boolean)[] = [
  // Old phones (`span.CVA68e`) and pages without JavaScript of 2019 (`div.vvjwJb`) have no headings at all.
  (element) => hasClass(element, 'CVA68e') || hasClass(element, 'vvjwJb'),
  isFirstBlockOfRedirect,
];

/** Whatever its class: the first block within a link to `/url?q=` or `/goto?url=`, where it is a title and not a text. */
function isFirstBlockOfRedirect(element: Element): boolean {
  const parent = parentOf(element);
  return (
    parent?.name === 'a' &&
    /^(?:https?:\/\/www\.google\.[a-z.]{2,8})?\/(?:url|goto)\?/.test(parent.attribs.href ?? '') &&
    parent.children.find(isTag) === element &&
    element.name !== 'img'
  );
}

function foundBy(document: ResultDocument, isHeading: (element: Element) => boolean): Found[] {
  return document.elements.filter(isHeading).flatMap((heading) => {
    const anchor = linkOf(heading);
    return anchor ? [{ heading, anchor }] : [];
  });
}

function resultsOf(
  found: readonly Found[],
  { url, inline }: { url: string; inline: () => ReturnType<typeof inlineAddresses> },
): OrganicResult[] {
  const countIn = new Map<Element, number>();
  for (const { anchor } of found) {
    for (let node: Element | null = anchor; node; node = parentOf(node))
      countIn.set(node, (countIn.get(node) ?? 0) + 1);
  }
  const organic: OrganicResult[] = [];
  const seen = new Set<string>();
  for (const { heading, anchor } of found) {
    if (organic.length >= serpLimits.resultsPerPageMax) break;
    const target = decodeRedirectLink(anchor.attribs['data-href'] ?? anchor.attribs.href ?? '', url);
    const title = textOf(heading);
    if (target === '' || title === '') continue;
    const opaque = isOpaqueRedirect(target);
    if (!opaque && isGoogleOwn(target)) continue;
    if (seen.has(`${target} ${title}`)) continue;
    seen.add(`${target} ${title}`);
    const block = blockOf(anchor, countIn);
    const breadcrumb = opaque ? breadcrumbOf(block, heading) : '';
    const inlined = opaque ? addressOfBreadcrumb(breadcrumb, inline()) : '';
    organic.push({
      position: organic.length + 1,
      title,
      link: opaque ? inlined || breadcrumbAddress(breadcrumb) || target : target,
      description: descriptionOf(block, anchor),
      ...(isSitelink(anchor) ? { sitelink: true as const } : {}),
      ...(opaque && inlined === '' ? { unresolvedLink: target } : {}),
    });
  }
  return organic;
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function linkOf(heading: Element): Element | null {
  const around = closest(heading, (each) => each.name === 'a');
  if (around?.attribs.href) return around;
  if (heading.name !== 'h3') return null;
  return first(heading, (each) => each.name === 'a' && each.attribs.href !== undefined);
}

function isForeign(anchor: Element): boolean {
  return (
    isAdLink(anchor) ||
    closest(
      anchor,
      (each) =>
        foreignTags.has(each.name) ||
        (each.attribs.id !== undefined && foreignIds.has(each.attribs.id)) ||
        each.attribs['data-text-ad'] !== undefined ||
        (each.attribs.class !== undefined && foreignClasses.some((name) => hasClass(each, name))),
    ) !== null
  );
}

/** Google's own pages (search, maps, images, translations) are no results; `support.google.com` and the like are. */
function isGoogleOwn(link: string): boolean {
  const { hostname, pathname } = new URL(link);
  if (!isGoogle(hostname)) return false;
  if (/^(?:maps|translate|webcache|accounts|policies)\./.test(hostname)) return pathname !== '/';
  return (
    /^(?:www\.)?google\./.test(hostname) &&
    /^\/(?:search|imgres|maps|images|url|aclk|goto|advanced_search|preferences|setprefs|travel|flights|shopping|webhp|sorry|finance\/?$)/.test(
      pathname,
    )
  );
}

function blockOf(anchor: Element, countIn: ReadonlyMap<Element, number>): Element {
  let block = anchor;
  for (let node: Element | null = anchor; node; node = parentOf(node)) {
    if (
      (countIn.get(node) ?? 0) > 1 ||
      node.attribs.id === 'rso' ||
      node.attribs.id === 'search' ||
      node.name === 'body'
    )
      break;
    block = node;
  }
  return block;
}

function descriptionOf(block: Element, anchor: Element): string {
  // One walk for all classes; an element within one that is taken already, or within the link, says nothing new.
  const texts = new Map<string, string[]>();
  const hasKnownClass = ({ attribs }: Element) => attribs.class !== undefined && anyDescription.test(attribs.class);
  for (const each of descendants(block, hasKnownClass)) {
    const name = descriptionClasses.find((known) => hasClass(each, known))!;
    const known = texts.get(name) ?? [];
    const around = closest(
      each,
      (node) => node === block || node === anchor || (node !== each && hasClass(node, name)),
    );
    if (known.length < 6 && around === block && around !== anchor) texts.set(name, [...known, textOf(each)]);
  }
  for (const name of descriptionClasses) {
    const known = texts.get(name) ?? [];
    const text = known.find((each) => each.length > 20) ?? known.find((each) => each !== '');
    if (text) return text;
  }
  const marked = first(block, (each) => each.attribs['data-sncf'] !== undefined && each.attribs['data-sncf'] !== '0');
  if (marked) return textOf(marked);
  return textOf(
    block,
    (element) => element === anchor || element.name === 'cite' || element.name === 'h3' || element.name === 'table',
  ).slice(0, 500);
}

/** Links in a table below a result, or marked as inner links. */
function isSitelink(anchor: Element): boolean {
  return (
    closest(
      anchor,
      (each) =>
        each.name === 'table' ||
        hasClass(each, 'usJj9c') ||
        hasClass(each, 'sld') ||
        hasClass(each, 'HiHjCd') ||
        hasClass(each, 'mslg'),
    ) !== null
  );
}

/** For the operator: the layout that was met. */
function layoutOf({ byId, elements }: ResultDocument): string {
  const has = (name: string) => elements.some((each) => hasClass(each, name));
  if (has('zMzFAb') || has('fuLhoc')) return 'google-wml';
  if (!byId.has('rso')) return has('Gx5Zad') || has('ZINbbc') ? 'google-nojs' : 'google-other';
  if (has('BmP5tf')) return 'google-mobile';
  if (has('MjjYud')) return 'google-desktop';
  return has('tF2Cxc') || has('yuRUbf') || has('rc') ? 'google-desktop-2020' : 'google-desktop-classic';
}

/** A link to a later offset than that of this page. */
function hasNext({ byId, elements }: ResultDocument, url: string): boolean | null {
  if (byId.has('pnnext') || hasLinkToLaterOffset(elements, { url, parameter: 'start' })) return true;
  return byId.has('rso') ? false : null;
}
