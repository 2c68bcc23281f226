import type { Element } from 'domhandler';
import { serpLimits } from './limits.ts';
import { decodeRedirectLink, isAdRedirect, isOpaqueRedirect } from './redirect-link.ts';
import {
  closest,
  first,
  hasAncestor,
  hasClass,
  isWithin,
  parentOf,
  type ResultDocument,
  textOf,
} from './result-document.ts';
import type { OrganicResult, ParsedResults, SerpAd } from './result-page.ts';

/** DuckDuckGo: the HTML page (`a.result__a`), the lite one (`a.result-link`), the JavaScript one (`[data-testid=result]`). */
export function parseDuckDuckGo(document: ResultDocument, url: string): ParsedResults {
  const named = document.elements.filter(isTitleLink);
  const links =
    named.length > 0 ? named : document.elements.filter((each) => isHeadingLink(each, document.byId.get('links')));
  const organic: OrganicResult[] = [];
  const ads: SerpAd[] = [];
  for (const anchor of links) {
    const href = anchor.attribs.href ?? '';
    const link = decodeRedirectLink(href, url);
    const title = textOf(anchor);
    if (link === '' || title === '') continue;
    const block = blockOf(anchor);
    const isAd = isAdBlock(anchor) || isAdRedirect(href, url);
    if (isAd) {
      if (ads.length >= serpLimits.adsPerPageMax) continue;
      ads.push({
        position: ads.length + 1,
        area: organic.length > 0 ? 'bottom' : 'top',
        title,
        url: link,
        displayUrl: textOf(first(block, (each) => hasClass(each, 'result__url') || hasClass(each, 'link-text'))),
        text: snippetOf(block, anchor),
        ...(isOpaqueRedirect(link) ? { unresolvedLink: link } : {}),
      });
    } else if (
      organic.length < serpLimits.resultsPerPageMax &&
      !/(?:^|\.)duckduckgo\.com$/.test(new URL(link).hostname)
    ) {
      organic.push({ position: organic.length + 1, title, link, description: snippetOf(block, anchor) });
    }
  }
  const form = nextForm(document);
  return {
    layout:
      document.byId.has('react-layout') || links.some((each) => each.attribs['data-testid'])
        ? 'duckduckgo-js'
        : links.some((each) => hasClass(each, 'result-link'))
          ? 'duckduckgo-lite'
          : 'duckduckgo-html',
    organic,
    ads,
    hasNextPage:
      form !== null || document.elements.some((each) => hasClass(each, 'result--more'))
        ? true
        : organic.length > 0
          ? false
          : null,
    ...(form ? { nextPageForm: form } : {}),
  };
}

function isTitleLink(element: Element): boolean {
  return (
    element.name === 'a' &&
    (hasClass(element, 'result__a') ||
      hasClass(element, 'result-link') ||
      // Until 2014.
      (hasClass(element, 'large') && hasAncestor(element, (each) => hasClass(each, 'links_main'))) ||
      element.attribs['data-testid'] === 'result-title-a')
  );
}

/** Whatever its class: a link that is a heading of the list, or leads out through the redirect from a row of the lite page. */
function isHeadingLink(element: Element, list: Element | undefined): boolean {
  if (element.name !== 'a' || !element.attribs.href) return false;
  const heading = closest(element, (each) => each.name === 'h2');
  if (heading)
    return first(heading, (each) => each.name === 'a') === element && (isWithin(element, list) || isRedirect(element));
  return (
    element.attribs.rel === 'nofollow' && isRedirect(element) && closest(element, (each) => each.name === 'tr') !== null
  );
}

function isRedirect({ attribs }: Element): boolean {
  return /^(?:https?:)?\/\/duckduckgo\.com\/(?:l\/|y\.js)\?/.test(attribs.href ?? '');
}

function blockOf(anchor: Element): Element {
  return (
    closest(
      anchor,
      (each) =>
        hasClass(each, 'result') ||
        hasClass(each, 'links_main') ||
        each.attribs['data-testid'] === 'result' ||
        each.attribs['data-testid'] === 'ad' ||
        each.name === 'article' ||
        each.name === 'tr',
    ) ?? anchor
  );
}

function isAdBlock(anchor: Element): boolean {
  return (
    closest(
      anchor,
      (each) =>
        hasClass(each, 'result--ad') ||
        hasClass(each, 'result-sponsored') ||
        hasClass(each, 'results--ads') ||
        each.attribs['data-testid'] === 'ad' ||
        each.attribs.id === 'ads',
    ) !== null
  );
}

function snippetOf(block: Element, anchor: Element): string {
  const snippet = first(
    block,
    (each) =>
      hasClass(each, 'result__snippet') ||
      hasClass(each, 'result-snippet') ||
      hasClass(each, 'snippet') ||
      each.attribs['data-result'] === 'snippet',
  );
  if (snippet) return textOf(snippet);
  // The lite page puts the text into one of the rows that follow.
  let row = block.name === 'tr' ? block.next : null;
  for (let count = 0; row && count < 6; row = row.next) {
    if (row.type !== 'tag') continue;
    count += 1;
    const element = row as Element;
    if (first(element, isTitleLink)) break;
    const cell = first(element, (each) => hasClass(each, 'result-snippet'));
    if (cell) return textOf(cell);
  }
  return parentOf(anchor) === null ? '' : textOf(first(block, (each) => each.name === 'p'));
}

function nextForm({ $, elements }: ResultDocument): Record<string, string> | null {
  for (const form of elements) {
    if (form.name !== 'form' || !/\/(?:html|lite)/.test(form.attribs.action ?? '')) continue;
    const hidden = $(form).find('input[type=hidden][name]').slice(0, 30).toArray();
    const fields = Object.fromEntries(hidden.map(({ attribs }) => [attribs.name ?? '', attribs.value ?? '']));
    if (fields.s !== undefined && Number(fields.s) > 0 && fields.vqd !== undefined) return fields;
  }
  return null;
}
