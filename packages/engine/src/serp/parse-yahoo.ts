import type { Element } from 'domhandler';
import { serpLimits } from './limits.ts';
import { hasLinkToLaterOffset } from './next-page.ts';
import { decodeRedirectLink, isAdRedirect, isOpaqueRedirect } from './redirect-link.ts';
import { closest, descendants, first, hasClass, parentOf, type ResultDocument, textOf } from './result-document.ts';
import type { OrganicResult, ParsedResults, SerpAd } from './result-page.ts';

/** Yahoo: `div.algo`; the title is `h3`, within the link today, around it until 2015 and on country hosts. */
export function parseYahoo(document: ResultDocument, url: string): ParsedResults {
  const outer = blocksOf(document);
  const organic: OrganicResult[] = [];
  let firstOrganic: Element | null = null;
  for (const block of outer) {
    if (organic.length >= serpLimits.resultsPerPageMax) break;
    if (closest(block, isAdHome)) continue;
    const heading = first(block, isHeading);
    const anchor = heading && linkOf(heading);
    const title = heading ? textOf(heading, isSiteName) : '';
    if (!anchor || title === '') continue;
    const link = decodeRedirectLink(anchor.attribs.href ?? '', url);
    if (link === '' || isYahooOwn(link) || isAdRedirect(anchor.attribs.href ?? '', url)) continue;
    firstOrganic ??= heading;
    organic.push({
      position: organic.length + 1,
      title,
      link,
      description: textOf(
        first(block, (each) => hasClass(each, 'compText')) ??
          first(block, (each) => hasClass(each, 'abstr') || hasClass(each, 'fc-falcon') || each.name === 'p'),
      ),
      ...(isOpaqueRedirect(link) ? { unresolvedLink: link } : {}),
    });
  }
  return {
    layout: document.elements.some((each) => hasClass(each, 'algo-sr')) ? 'yahoo' : 'yahoo-classic',
    organic,
    ads: parseAds(document, url, firstOrganic),
    hasNextPage:
      document.elements.some((each) => each.name === 'a' && hasClass(each, 'next')) ||
      hasLinkToLaterOffset(document.elements, { url, parameter: 'b' }) ||
      null,
  };
}

/** `div.algo` of 2015 to today, `div.res` before; without either, whatever holds a heading with a link in the list of results. */
function blocksOf({ elements, byId }: ResultDocument): Element[] {
  for (const name of ['algo', 'res']) {
    const blocks = elements.filter((each) => hasClass(each, name));
    if (blocks.length > 0)
      return blocks.filter((each) => closest(parentOf(each), (node) => hasClass(node, name)) === null);
  }
  const list = byId.get('web') ?? byId.get('results') ?? byId.get('main');
  return list
    ? descendants(
        list,
        (each) => each.name === 'li' && first(each, (node) => node.name === 'h3') !== null,
        serpLimits.resultsPerPageMax,
      )
    : [];
}

function isSiteName(element: Element): boolean {
  return (
    element.name === 'span' &&
    /(?:^|\s)(?:url|d-ib|p-abs|icon)(?:\s|$)/.test(element.attribs.class ?? '') &&
    closest(element, (each) => each.name === 'a') !== null
  );
}

function isAdHome(element: Element): boolean {
  return /(?:^|\s)(?:ads|searchCenterTopAds|searchCenterBottomAds|searchRightTopAds|searchRightBottomAds|spns)(?:\s|$)/.test(
    element.attribs.class ?? '',
  );
}

/** Headings in the blocks of ads, and those whose link is a paid click, whatever their block is called. */
function parseAds({ elements }: ResultDocument, url: string, firstOrganic: Element | null): SerpAd[] {
  const ads: SerpAd[] = [];
  let isAfterOrganic = false;
  for (const heading of elements) {
    if (heading === firstOrganic) isAfterOrganic = true;
    if (!isHeading(heading) || ads.length >= serpLimits.adsPerPageMax) continue;
    const anchor = linkOf(heading);
    const href = anchor?.attribs.href ?? '';
    const home = closest(heading, isAdHome);
    if (href === '' || (home === null && !isAdRedirect(href, url))) continue;
    const title = textOf(heading, isSiteName);
    const landing = decodeRedirectLink(href, url);
    if (title === '' || landing === '' || isYahooOwn(landing)) continue;
    const item = closest(heading, (each) => each.name === 'li' || hasClass(each, 'algo') || each === home) ?? heading;
    const name = home?.attribs.class ?? '';
    ads.push({
      position: ads.length + 1,
      area: /Right/.test(name) ? 'side' : /Bottom/.test(name) || isAfterOrganic ? 'bottom' : 'top',
      title,
      url: landing,
      displayUrl: textOf(first(item, (each) => hasClass(each, 'url') || each.name === 'cite')),
      text: textOf(first(item, (each) => hasClass(each, 'compText') || each.name === 'p')),
      ...(isOpaqueRedirect(landing) ? { unresolvedLink: landing } : {}),
    });
  }
  return ads;
}

function isHeading(element: Element): boolean {
  return element.name === 'h3' || (element.attribs.role === 'heading' && element.attribs['aria-level'] !== undefined);
}

function linkOf(heading: Element): Element | null {
  return (
    first(heading, (each) => each.name === 'a' && Boolean(each.attribs.href)) ??
    closest(heading, (each) => each.name === 'a')
  );
}

function isYahooOwn(link: string): boolean {
  const { hostname, pathname } = new URL(link);
  return (
    (/(?:^|\.)search\.yahoo\.com$/.test(hostname) && !link.includes('/RU=')) ||
    (/^(?:[a-z]{2}|www)\.yahoo\.com$/.test(hostname) && pathname === '/')
  );
}
