import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PageScan } from '../contacts/scan-page.ts';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { createFrontier, type Frontier } from './frontier.ts';
import { crawlLimits } from './limits.ts';
import { pageKey, withoutWww } from './page-key.ts';
import type { ReadPage } from './page-reader.ts';
import { isHtml, type MainPage } from './read-main-page.ts';
import { type RenderPage, readRendered } from './read-rendered.ts';
import type { SiteRobots } from './site-robots.ts';
import { readSitemaps } from './sitemap.ts';

export interface SiteWalk {
  /** The first page and those that were read after it. */
  scans: PageScan[];
  pagesTried: number;
  notes: string[];
}

/**
 * Follows the links of a site from its first page until 15 pages are read, 30 were tried or none are left; five at once.
 * Never throws: an aborted signal ends it with what there is.
 */
export async function walkSite(
  deps: { fetchPage: FetchPage; readPage: ReadPage; renderPage: RenderPage },
  { url, main, robots, signal }: { url: string; main: MainPage; robots: SiteRobots; signal: AbortSignal },
): Promise<SiteWalk> {
  const hosts = [url, main.finalUrl].map((address) => withoutWww(new URL(address).host));
  const frontier = createFrontier(hosts);
  const scans: PageScan[] = [keptPart(main.scan)];
  const pageKeys = new Set([pageKey(url), pageKey(main.finalUrl)]);
  const robotsNotes = new Set<string>();
  let attempts = 1;
  let failed = 0;
  let disallowed = 0;
  let rendered = 0;
  let isSitemapRead = false;

  async function readPage(pageUrl: string): Promise<void> {
    const page = await deps.fetchPage({ url: pageUrl, signal });
    if (page.status < 200 || page.status >= 300 || !isHtml(page.contentType)) {
      failed += 1;
      return;
    }
    const key = pageKey(page.url);
    if (pageKeys.has(key) || !hosts.includes(withoutWww(new URL(page.url).host))) return;
    // Taken before the page is read: another link may lead to it meanwhile.
    pageKeys.add(key);
    frontier.markSeen(page.url);
    const { scan, rendered: how } = await readRendered(deps, page, signal);
    if (how === 'yes') rendered += 1;
    const canonical = canonicalKey(scan);
    if (canonical !== null && canonical !== key) {
      if (pageKeys.has(canonical)) return;
      pageKeys.add(canonical);
    }
    if (scans.length >= crawlLimits.pagesMax) return;
    scans.push(keptPart(scan));
    await follow(frontier, scan);
  }

  async function nextAddress(): Promise<string | null> {
    for (;;) {
      const address = frontier.next();
      if (address === null) return null;
      const rules = await robots.of(address);
      if (rules.allows(address)) return address;
      if (rules.note === null) disallowed += 1;
      else robotsNotes.add(rules.note);
    }
  }

  async function fillFromSitemap(): Promise<void> {
    isSitemapRead = true;
    const { sitemaps } = await robots.of(main.finalUrl);
    const { origin } = new URL(main.finalUrl);
    const addresses = await readSitemaps(deps, { origin, named: sitemaps, signal });
    await nextTurn();
    frontier.add(
      addresses.map((href) => ({ href, text: '' })),
      { contactLikeOnly: true },
    );
  }

  for (const address of [url, main.finalUrl]) frontier.markSeen(address);
  await follow(frontier, main.scan);
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    const hasRoom = scans.length + running.size < crawlLimits.pagesMax && attempts < crawlLimits.attemptsMax;
    if (hasRoom && running.size < crawlLimits.requestsAtOnceMax) {
      const address = await nextAddress();
      if (address !== null) {
        attempts += 1;
        const task: Promise<void> = readPage(address)
          .catch(() => {
            if (!signal.aborted) failed += 1;
          })
          .finally(() => running.delete(task));
        running.add(task);
        continue;
      }
      if (running.size === 0) {
        if (isSitemapRead) break;
        await fillFromSitemap();
        continue;
      }
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  await Promise.allSettled(running);

  return {
    scans,
    pagesTried: attempts,
    notes: [
      ...robotsNotes,
      ...(failed > 0 ? [`${failed} subpages could not be read`] : []),
      ...(disallowed > 0 ? [`${disallowed} links are closed to crawlers by robots.txt`] : []),
      ...(rendered > 0 ? [`${rendered} further pages were rendered`] : []),
    ],
  };
}

async function follow(frontier: Frontier, scan: PageScan): Promise<void> {
  // Reading and following are each short; together they could hold up others.
  await nextTurn();
  // The same page in another language names the same contacts.
  for (const { href } of scan.hreflangs) frontier.markSeen(href);
  frontier.add(scan.links);
}

/**
 * What the end of the crawl needs of a page. Copied, because a string that was cut out of a page holds the whole page: a hundred crawls at once would
 * hold fifteen hundred.
 */
function keptPart(scan: PageScan): PageScan {
  const { contacts, metadata } = structuredClone({ contacts: scan.contacts, metadata: scan.metadata });
  return { ...scan, contacts, metadata, links: [], hreflangs: [], canonical: null, robotsMeta: null };
}

function canonicalKey(scan: PageScan): string | null {
  const url = scan.canonical === null ? null : URL.parse(scan.canonical, scan.url);
  return url === null ? null : pageKey(url);
}
