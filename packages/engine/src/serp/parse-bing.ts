import { type Element, isTag } from 'domhandler';
import { breadcrumbAddress } from './breadcrumb-address.ts';
import { serpLimits } from './limits.ts';
import { hasLinkToLaterOffset } from './next-page.ts';
import { decodeRedirectLink, isAdRedirect, isOpaqueRedirect } from './redirect-link.ts';
import { closest, first, hasAncestor, hasClass, isWithin, type ResultDocument, textOf } from './result-document.ts';
import type { OrganicResult, ParsedResults, SerpAd } from './result-page.ts';

/** Bing: `li.b_algo` below `#b_results`, ads in `li.b_ad`; links are `h2 > a` on a desktop, `a > h2` on a phone. */
export function parseBing(document: ResultDocument, url: string): ParsedResults {
  const results = document.byId.get('b_results') ?? null;
  const blocks = blocksOf(document, results);
  const organic: OrganicResult[] = [];
  for (const block of blocks) {
    if (organic.length >= serpLimits.resultsPerPageMax) break;
    const { anchor, title } = titleLink(block);
    if (!anchor || title === '') continue;
    const link = decodeRedirectLink(anchor.attribs.href ?? '', url);
    // A link to a passage belongs to an answer box, which repeats one of the results.
    if (link === '' || isBingOwn(link) || link.includes('#:~:text=')) continue;
    const opaque = isOpaqueRedirect(link);
    organic.push({
      position: organic.length + 1,
      title,
      link: opaque ? breadcrumbAddress(textOf(first(block, (each) => each.name === 'cite'))) || link : link,
      description: descriptionOf(block),
      ...(opaque ? { unresolvedLink: link } : {}),
    });
  }
  return {
    layout: document.elements.some((each) => hasClass(each, 'b_algoheader')) ? 'bing-mobile' : 'bing',
    organic,
    ads: parseAds(document, url, blocks[0] ?? null),
    hasNextPage:
      document.elements.some((each) => hasClass(each, 'sb_pagN')) ||
      hasLinkToLaterOffset(document.elements, { url, parameter: 'first' }) ||
      (results ? false : null),
  };
}

/** `li.b_algo`; without any, the items of the list that hold a heading with a link and are no ads. */
function blocksOf({ elements }: ResultDocument, results: Element | null): Element[] {
  const named = elements.filter((each) => hasClass(each, 'b_algo') && (results === null || isWithin(each, results)));
  if (named.length > 0 || results === null) return named;
  return results.children.filter(
    (each): each is Element =>
      isTag(each) &&
      each.name === 'li' &&
      !isAdBlock(each) &&
      !hasClass(each, 'b_ans') &&
      first(each, (node) => node.name === 'h2' && linkOf(node) !== null && !isAdHeading(node)) !== null,
  );
}

function isAdBlock(element: Element): boolean {
  return (
    (element.name === 'li' || element.name === 'div') &&
    /(?:^|\s)b_ad(?:Top|Middle|Bottom)?(?:\s|$)/.test(element.attribs.class ?? '')
  );
}

/** A heading whose link is paid for by the click, whatever its block is called. */
function isAdHeading(heading: Element): boolean {
  const href = linkOf(heading)?.attribs.href ?? '';
  return href.includes('/acl') && isAdRedirect(href, 'https://www.bing.com/');
}

function linkOf(heading: Element): Element | null {
  return (
    first(heading, (each) => each.name === 'a' && Boolean(each.attribs.href)) ??
    closest(heading, (each) => each.name === 'a')
  );
}

function titleLink(block: Element): { anchor: Element | null; title: string } {
  const heading = first(block, (each) => each.name === 'h2') ?? first(block, (each) => each.name === 'h3');
  if (!heading) return { anchor: null, title: '' };
  return { anchor: linkOf(heading), title: textOf(heading, isLabel) };
}

function descriptionOf(block: Element): string {
  const caption = first(block, (each) => hasClass(each, 'b_caption')) ?? block;
  const paragraph =
    first(caption, (each) => each.name === 'p') ??
    first(block, (each) => /(?:^|\s)b_lineclamp\d|b_paractl|b_snippet/.test(each.attribs.class ?? ''));
  return textOf(paragraph, (each) => hasClass(each, 'algoSlug_icon') || isLabel(each));
}

function parseAds(document: ResultDocument, url: string, firstOrganic: Element | null): SerpAd[] {
  const isIn = (heading: Element) => hasAncestor(heading, isAdBlock);
  const ads: SerpAd[] = [];
  let isBottom = false;
  for (const heading of document.elements) {
    if (heading === firstOrganic) isBottom = true;
    if (heading.name !== 'h2' || ads.length >= serpLimits.adsPerPageMax) continue;
    if (!isIn(heading) && !isAdHeading(heading)) continue;
    const anchor = linkOf(heading);
    const title = textOf(heading, isLabel);
    if (!anchor || title === '') continue;
    const landing = decodeRedirectLink(anchor.attribs.href ?? '', url);
    if (landing === '' || isBingOwn(landing)) continue;
    const item =
      closest(heading, (each) => each.name === 'li' || hasClass(each, 'sb_add') || isAdBlock(each)) ?? heading;
    const isSide = closest(heading, (each) => each.attribs.id === 'b_context') !== null;
    ads.push({
      position: ads.length + 1,
      area: isSide ? 'side' : isBottom ? 'bottom' : 'top',
      title,
      url: landing,
      displayUrl: textOf(
        first(item, (each) => hasClass(each, 'b_adurl')) ?? first(item, (each) => each.name === 'cite'),
      ),
      text: adText(item),
      ...(isOpaqueRedirect(landing) ? { unresolvedLink: landing } : {}),
    });
  }
  return ads;
}

function adText(item: Element): string {
  const caption = first(item, (each) => hasClass(each, 'b_caption')) ?? item;
  const paragraph = first(
    caption,
    (each) =>
      each.name === 'p' ||
      /(?:^|\s)(?:b_adesc|b_ads1line|ad_esltitle|b_secondaryText)(?:\s|$)/.test(each.attribs.class ?? ''),
  );
  return textOf(paragraph, isLabel).replace(/^(?:Ad|Ads|Annonce|Anzeige|Anuncio|Annuncio|Sponsored)\s?[·:]?\s/u, '');
}

/** The words that mark an ad, not part of what it says. */
function isLabel(element: Element): boolean {
  return (
    hasClass(element, 'b_adSlug') ||
    hasClass(element, 'b_adLabel') ||
    hasClass(element, 'b_demoteText') ||
    hasClass(element, 'adSlug')
  );
}

function isBingOwn(link: string): boolean {
  const { hostname, pathname } = new URL(link);
  return (
    /(?:^|\.)bing\.com$/.test(hostname) &&
    /^\/(?:search|images|videos|maps|news|shop|local|travel)(?:\/|$)/.test(pathname)
  );
}
