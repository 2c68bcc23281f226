import { normalAddress } from '../net/check-crawl-address.ts';
import { contactRank, noContactRank } from './contact-words.ts';
import { crawlLimits } from './limits.ts';

/** The links that a crawl has still to follow (B32): contact-like ones first, then in order of appearance; each page once. */
export interface Frontier {
  add(links: readonly { href: string; text: string; rel: string }[], options?: { contactLikeOnly?: boolean }): void;
  /** Marks an address as seen, so that it is never given out. */
  markSeen(url: string): void;
  next(): string | null;
}

/** @param hosts the requested and the final host; `www.` is ignored. */
export function createFrontier(hosts: readonly string[]): Frontier {
  const ownHosts = new Set(hosts.map(withoutWww));
  const seen = new Set<string>();
  const byRank: string[][] = Array.from({ length: noContactRank + 1 }, () => []);
  let size = 0;

  return {
    markSeen: (url) => {
      seen.add(pageKey(url));
    },
    add(links, { contactLikeOnly = false } = {}) {
      for (const { href, text } of links.slice(0, crawlLimits.linksPerPageMax)) {
        if (size >= crawlLimits.frontierLinksMax) return;
        if (!URL.canParse(href)) continue;
        const url = new URL(href);
        if ((url.protocol !== 'http:' && url.protocol !== 'https:') || !ownHosts.has(withoutWww(url.host))) continue;
        if (isFile(url.pathname)) continue;
        const rank = contactRank({ path: url.pathname, text });
        if (contactLikeOnly && rank === noContactRank) continue;
        const key = pageKey(href);
        if (seen.has(key)) continue;
        seen.add(key);
        byRank[rank]?.push(normalAddress(url) || url.href);
        size += 1;
      }
    },
    next() {
      for (const queue of byRank) {
        const url = queue.shift();
        if (url !== undefined) {
          size -= 1;
          return url;
        }
      }
      return null;
    },
  };
}

/** `http`/`https`/`www` variants, default documents, trailing slashes and tracking parameters name one page. */
export function pageKey(address: string): string {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (trackingName.test(name)) url.searchParams.delete(name);
  const path = url.pathname.replace(/\/(?:index|default)\.(?:html?|php|aspx?)$/i, '').replace(/\/+$/, '');
  return `${withoutWww(url.host)}${path}${url.search}`;
}

const trackingName = /^(?:utm_\w{1,20}|gclid|fbclid|msclkid|phpsessid|jsessionid|sid|replytocom)$/i;

export function withoutWww(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}

const fileEnding =
  /\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|zip|gz|tgz|rar|7z|exe|dmg|apk|iso|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|webm|avi|mov|wmv|ogg|wav|css|js|mjs|json|xml|rss|atom|txt|csv|ics|vcf|woff2?|ttf|eot)$/i;

function isFile(path: string): boolean {
  return fileEnding.test(path);
}
