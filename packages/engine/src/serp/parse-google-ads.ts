import type { Element } from 'domhandler';
import { serpLimits } from './limits.ts';
import { decodeRedirectLink, isOpaqueRedirect } from './redirect-link.ts';
import { closest, descendants, first, hasClass, parentOf, type ResultDocument, textOf } from './result-document.ts';
import type { SerpAd } from './result-page.ts';

const topBlocks = new Set(['tads', 'tvcap', 'atvcap', 'taw']);
const bottomBlocks = new Set(['tadsb', 'bottomads', 'mbEnd-bottom']);
const sideBlocks = new Set(['rhs', 'rhs_block', 'mbEnd']);
const textClasses = ['yDYNvb', 'MUxGbd', 'ads-creative', 's3v9rd', 'BNeawe'];
const displayClasses = ['x2VHCd', 'qzEoUe', 'Zu0yb', 'v5yQqb-cite', 'UdQCqe', 'BamJPe', 'apx8Vc'];

/** Text ads: blocks marked as such (`data-text-ad`, 2020 to today; `uEierd`, also without JavaScript; `li.ads-ad`, until 2019). */
export function parseGoogleAds(document: ResultDocument, url: string): SerpAd[] {
  const blocks = document.elements.filter(isAdBlock).filter((block) => !isInnerBlock(block));
  const firstOrganic = document.elements.findIndex((each) => each.name === 'h3' && !closest(each, isAdBlock));
  const ads: SerpAd[] = [];
  for (const block of blocks) {
    if (ads.length >= serpLimits.adsPerPageMax) break;
    const heading =
      first(block, (each) => each.attribs.role === 'heading' || each.name === 'h3') ??
      first(block, (each) => hasClass(each, 'CCgQ5') || hasClass(each, 'vvjwJb'));
    const anchor = heading && linkOf(heading, block);
    const title = textOf(heading);
    if (!anchor || title === '') continue;
    const landing = landingOf(anchor, block, url);
    if (landing === '') continue;
    ads.push({
      position: ads.length + 1,
      area: areaOf(block, firstOrganic >= 0 && document.elements.indexOf(block) > firstOrganic),
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

function isInnerBlock(block: Element): boolean {
  const parent = parentOf(block);
  return parent !== null && closest(parent, isAdBlock) !== null;
}

function linkOf(heading: Element, block: Element): Element | null {
  const around = closest(heading, (each) => each.name === 'a' || each === block);
  if (around && around !== block) return around;
  const links = descendants(heading, (each) => each.name === 'a' && Boolean(each.attribs.href), 5);
  const inside = links.find((each) => textOf(each) !== '') ?? links[0];
  return inside ?? first(block, (each) => each.name === 'a' && Boolean(each.attribs.href));
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
