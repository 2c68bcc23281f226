import type { Element } from 'domhandler';
import { serpLimits } from './limits.ts';
import { hasLinkToLaterOffset } from './next-page.ts';
import { decodeRedirectLink, isOpaqueRedirect } from './redirect-link.ts';
import { closest, descendants, first, hasClass, parentOf, type ResultDocument, textOf } from './result-document.ts';
import type { OrganicResult, ParsedResults, SerpAd } from './result-page.ts';

/** Yahoo: `div.algo`; the title is `h3`, within the link today, around it until 2015 and on country hosts. */
export function parseYahoo(document: ResultDocument, url: string): ParsedResults {
  const outer = blocksOf(document);
  const organic: OrganicResult[] = [];
  for (const block of outer) {
    if (organic.length >= serpLimits.resultsPerPageMax) break;
    if (isAdArea(block)) continue;
    const heading = first(
      block,
      (each) => each.name === 'h3' || (each.attribs['aria-level'] !== undefined && each.attribs.role === 'heading'),
    );
    const anchor =
      heading &&
      (first(heading, (each) => each.name === 'a' && Boolean(each.attribs.href)) ??
        closest(heading, (each) => each.name === 'a'));
    const title = heading ? textOf(heading, isSiteName) : '';
    if (!anchor || title === '') continue;
    const link = decodeRedirectLink(anchor.attribs.href ?? '', url);
    if (link === '' || isYahooOwn(link)) continue;
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
    ads: parseAds(document, url),
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

function isAdArea(block: Element): boolean {
  return (
    closest(block, (each) =>
      /(?:^|\s)(?:ads|searchCenterTopAds|searchCenterBottomAds|searchRightTopAds|searchRightBottomAds|spns)(?:\s|$)/.test(
        each.attribs.class ?? '',
      ),
    ) !== null
  );
}

function parseAds(document: ResultDocument, url: string): SerpAd[] {
  const areas = document.elements.filter((each) =>
    /(?:^|\s)(?:ads|searchCenterTopAds|searchCenterBottomAds|searchRightTopAds)(?:\s|$)/.test(each.attribs.class ?? ''),
  );
  const ads: SerpAd[] = [];
  const seen = new Set<Element>();
  for (const home of areas) {
    const name = home.attribs.class ?? '';
    const area = /Right/.test(name) ? 'side' : /Bottom/.test(name) ? 'bottom' : 'top';
    for (const heading of descendants(home, (each) => each.name === 'h3')) {
      if (seen.has(heading) || ads.length >= serpLimits.adsPerPageMax) continue;
      seen.add(heading);
      const anchor =
        first(heading, (each) => each.name === 'a' && Boolean(each.attribs.href)) ??
        closest(heading, (each) => each.name === 'a');
      const title = textOf(heading, isSiteName);
      const landing = anchor ? decodeRedirectLink(anchor.attribs.href ?? '', url) : '';
      if (title === '' || landing === '' || isYahooOwn(landing)) continue;
      const item = closest(heading, (each) => each.name === 'li' || each === home) ?? home;
      ads.push({
        position: ads.length + 1,
        area,
        title,
        url: landing,
        displayUrl: textOf(first(item, (each) => hasClass(each, 'url') || each.name === 'cite')),
        text: textOf(first(item, (each) => hasClass(each, 'compText') || each.name === 'p')),
        ...(isOpaqueRedirect(landing) ? { unresolvedLink: landing } : {}),
      });
    }
  }
  return ads;
}

function isYahooOwn(link: string): boolean {
  const { hostname, pathname } = new URL(link);
  return (
    (/(?:^|\.)search\.yahoo\.com$/.test(hostname) && !link.includes('/RU=')) ||
    (/^(?:[a-z]{2}|www)\.yahoo\.com$/.test(hostname) && pathname === '/')
  );
}
