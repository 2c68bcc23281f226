import type { Element } from 'domhandler';
import { breadcrumbAddress } from './breadcrumb-address.ts';
import { serpLimits } from './limits.ts';
import { parseGoogleAds } from './parse-google-ads.ts';
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

/**
 * Google: a result is a heading within a link (2019 to today, mobile too) or a link within a heading (until 2019), outside the blocks of others.
 * Its block is the largest one around it that holds no other such heading.
 */
export function parseGoogle(document: ResultDocument, url: string): ParsedResults {
  const ads = parseGoogleAds(document, url);
  const headings = document.elements.filter(isHeading).flatMap((heading) => {
    const anchor = linkOf(heading);
    return anchor && !isForeign(anchor) ? [{ heading, anchor }] : [];
  });
  const countIn = new Map<Element, number>();
  for (const { anchor } of headings) {
    for (let node: Element | null = anchor; node; node = parentOf(node))
      countIn.set(node, (countIn.get(node) ?? 0) + 1);
  }
  const organic: OrganicResult[] = [];
  const seen = new Set<string>();
  for (const { heading, anchor } of headings) {
    if (organic.length >= serpLimits.resultsPerPageMax) break;
    const href = anchor.attribs['data-href'] ?? anchor.attribs.href ?? '';
    const target = decodeRedirectLink(href, url);
    if (target === '') continue;
    const title = textOf(heading);
    if (title === '') continue;
    const block = blockOf(anchor, countIn);
    const opaque = isOpaqueRedirect(target);
    const link = opaque ? breadcrumbAddress(textOf(first(block, (each) => each.name === 'cite'))) : target;
    if (link === '' || (!opaque && isGoogleOwn(link))) continue;
    if (seen.has(`${link} ${title}`)) continue;
    seen.add(`${link} ${title}`);
    organic.push({
      position: organic.length + 1,
      title,
      link,
      description: descriptionOf(block, anchor),
      ...(isSitelink(anchor) ? { sitelink: true as const } : {}),
      ...(opaque ? { unresolvedLink: target } : {}),
    });
  }
  return { layout: layoutOf(document), organic, ads, hasNextPage: hasNext(document) };
}

function isHeading(element: Element): boolean {
  return element.name === 'h3' || element.attribs.role === 'heading' || hasClass(element, 'CVA68e');
}

function linkOf(heading: Element): Element | null {
  const around = closest(heading, (each) => each.name === 'a');
  if (around?.attribs.href) return around;
  if (heading.name !== 'h3') return null;
  return first(heading, (each) => each.name === 'a' && each.attribs.href !== undefined);
}

function isForeign(anchor: Element): boolean {
  return (
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
  const inLink = (element: Element) => closest(element, (each) => each === anchor) !== null;
  for (const name of descriptionClasses) {
    const texts = descendants(block, (each) => hasClass(each, name) && !inLink(each), 6)
      .filter(
        (each, _index, all) =>
          !all.some((other) => other !== each && closest(each.parent as Element, (node) => node === other)),
      )
      .map((each) => textOf(each));
    const text = texts.find((each) => each.length > 20) ?? texts.find((each) => each !== '');
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

function layoutOf({ byId, elements }: ResultDocument): string {
  if (elements.some((each) => hasClass(each, 'zMzFAb') || hasClass(each, 'fuLhoc'))) return 'google-wml';
  if (elements.some((each) => hasClass(each, 'Gx5Zad'))) return 'google-nojs';
  if (!byId.has('rso')) return 'google-other';
  if (!elements.some((each) => each.name === 'h3')) return 'google-mobile';
  return elements.some((each) => hasClass(each, 'MjjYud')) ? 'google-desktop' : 'google-desktop-classic';
}

function hasNext({ byId, elements }: ResultDocument): boolean | null {
  if (byId.has('pnnext')) return true;
  return elements.some((each) => each.name === 'a' && /[?&]start=\d/.test(each.attribs.href ?? ''))
    ? true
    : byId.has('rso')
      ? false
      : null;
}
