import { contactRank, noContactRank } from './contact-words.ts';
import { crawlLimits } from './limits.ts';
import { pageKey, withoutWww } from './page-key.ts';

/** The links that a crawl has still to follow (B32): contact-like ones first, then in order of appearance; each page once. */
export interface Frontier {
  add(links: readonly { href: string; text: string }[], options?: { contactLikeOnly?: boolean }): void;
  /** Marks an address as done with, so that it is never given out. */
  markSeen(url: string): void;
  next(): string | null;
}

interface Link {
  key: string;
  url: string;
}

/** @param hosts the requested and the final host; `www.` is ignored. */
export function createFrontier(hosts: readonly string[]): Frontier {
  const ownHosts = new Set(hosts.map(withoutWww));
  const done = new Set<string>();
  /** Each link once with each of its texts: the menu of a site is on all of its pages. */
  const looked = new Set<string>();
  const bestRank = new Map<string, number>();
  const byRank: Link[][] = Array.from({ length: noContactRank + 1 }, () => []);

  function addLink(href: string, text: string, contactLikeOnly: boolean): void {
    if (href.length > crawlLimits.linkCharactersMax) return;
    const look = `${href} ${text}`;
    if (looked.has(look)) return;
    looked.add(look);
    const url = URL.parse(href);
    if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || !ownHosts.has(withoutWww(url.host))) return;
    if (url.username !== '' || url.password !== '' || fileEnding.test(url.pathname)) return;
    const key = pageKey(url);
    if (done.has(key)) return;
    const known = bestRank.get(key) ?? noContactRank + 1;
    if (known === 0) return;
    const rank = contactRank({ path: url.pathname, text });
    // The second link to a page may be the one that says what it is.
    if (rank >= known || (contactLikeOnly && rank === noContactRank)) return;
    bestRank.set(key, rank);
    // As the site writes it: without its last slash it would be another path to robots.txt, and often a redirect.
    url.hash = '';
    byRank[rank]?.push({ key, url: url.href });
  }

  return {
    markSeen(url) {
      if (url.length <= crawlLimits.linkCharactersMax && URL.canParse(url)) done.add(pageKey(url));
    },
    add(links, { contactLikeOnly = false } = {}) {
      const linksMax = contactLikeOnly ? crawlLimits.sitemapAddressesMax : crawlLimits.linksPerPageMax;
      for (const { href, text } of links.slice(0, linksMax)) {
        if (bestRank.size >= crawlLimits.frontierLinksMax) return;
        addLink(href, text, contactLikeOnly);
      }
    },
    next() {
      for (const links of byRank) {
        for (let link = links.shift(); link; link = links.shift()) {
          if (done.has(link.key)) continue;
          done.add(link.key);
          return link.url;
        }
      }
      return null;
    },
  };
}

const fileEnding =
  /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|gz|tgz|rar|7z|exe|dmg|apk|iso|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|webm|avi|mov|wmv|ogg|wav|css|js|mjs|json|xml|rss|atom|txt|csv|ics|vcf|woff2?|ttf|eot)$/i;
