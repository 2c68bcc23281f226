import { getDomain } from 'tldts';
import { mergeContacts, type SiteContact } from '../contacts/merge-contacts.ts';
import { type PageScan, scanPage } from '../contacts/scan-page.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchedPage, FetchPage } from '../ports/page-fetcher.ts';
import { createFrontier, type Frontier, pageKey } from './frontier.ts';
import { crawlLimits } from './limits.ts';
import { isHtml, readMainPage } from './read-main-page.ts';
import { type Robots, readRobots } from './robots.ts';
import { readSitemaps } from './sitemap.ts';

export interface CrawlDeps {
  fetchPage: FetchPage;
  clock: Clock;
  robots: 'respect' | 'ignore';
  userAgent: string;
  /** Fetches a page rendered, where a renderer is configured; null = none. */
  renderPage: null | ((url: string, signal: AbortSignal) => Promise<FetchedPage>);
  /** Bounds the requests to one host over several crawls: resolves to the function that gives the place back. */
  hostGate?: (host: string) => Promise<() => void>;
}

export interface CrawlOutcome {
  /** Normal form of what was asked for. */
  requestedUrl: string;
  /** Where redirects ended. */
  finalUrl: string;
  pagesCrawled: number;
  metadata: { title: string; description: string; keywords: string; image: string };
  emails: string[];
  allEmails: string[];
  phones: string[];
  socialLinks: string[];
  contacts: SiteContact[];
  coverage: { status: 'OK' | 'JS_SHELL' | 'PARTIAL' | 'NO_RESULTS'; pagesTried: number; notes: string[] };
}

/**
 * Crawls up to 15 pages of a site (B8, B32): the page named, then contact-like pages, then links in order of appearance.
 * Throws `crawl_error` where the first page can't be read; a deadline gives what was found until then (B9).
 */
export async function crawlWebsite(
  deps: CrawlDeps,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<CrawlOutcome> {
  const notes: string[] = [];
  const startedAt = deps.clock.now();
  const deadline = AbortSignal.timeout(crawlLimits.crawlMillisecondsMax);
  const until = AbortSignal.any([signal, deadline]);
  // Asked for beside the first page, so that it costs no round trip of its own.
  const robots = deps.robots === 'ignore' ? null : readRobots(deps, { origin: new URL(url).origin, signal: until });
  const main = await readMainPage(deps, { url, signal: until });
  const scans: PageScan[] = [main.scan];
  if (main.note) notes.push(main.note);
  if (registrable(url) !== registrable(main.finalUrl))
    notes.push(`redirected to ${new URL(main.finalUrl).host}, another domain`);
  if (main.truncated) notes.push('the first page is larger than 2 MB and was cut');

  const walk = createWalk(deps, { url, main, robots, scans, signal: until });
  await walk.run();
  if (signal.aborted) throw signal.reason;
  const isCut = deadline.aborted || deps.clock.now() - startedAt >= crawlLimits.crawlMillisecondsMax;
  if (isCut) notes.push(`the time limit of ${crawlLimits.crawlMillisecondsMax / 1000} s ended the crawl`);
  notes.push(...walk.notes());

  const found = mergeContacts(scans, { siteUrls: [url, main.finalUrl] });
  const hasFound = found.allEmails.length + found.phones.length + found.socialLinks.length > 0;
  const isShell = main.scan.looksLikeJavaScriptShell;
  if (isShell) notes.push('the first page is an empty JavaScript shell: its content was not seen');
  return {
    requestedUrl: url,
    finalUrl: main.finalUrl,
    pagesCrawled: scans.length,
    metadata: main.scan.metadata,
    ...found,
    coverage: {
      status: isShell ? 'JS_SHELL' : isCut ? 'PARTIAL' : hasFound ? 'OK' : 'NO_RESULTS',
      pagesTried: walk.pagesTried(),
      notes: notes.slice(0, crawlLimits.notesMax),
    },
  };
}

interface Walk {
  run(): Promise<void>;
  pagesTried(): number;
  notes(): string[];
}

function createWalk(
  deps: CrawlDeps,
  {
    url,
    main,
    robots,
    scans,
    signal,
  }: {
    url: string;
    main: { scan: PageScan; finalUrl: string };
    /** Those of the requested origin; null where they are not asked. */
    robots: Promise<Robots> | null;
    scans: PageScan[];
    signal: AbortSignal;
  },
): Walk {
  const frontier = createFrontier([new URL(url).host, new URL(main.finalUrl).host]);
  const pageKeys = new Set([pageKey(url), pageKey(main.finalUrl)]);
  for (const address of [url, main.finalUrl]) frontier.markSeen(address);
  const { origin } = new URL(main.finalUrl);
  let attempts = 1;
  let failed = 0;
  let disallowed = 0;
  let sitemapRead = false;
  const rules = origin === new URL(url).origin ? robots : robots && readRobots(deps, { origin, signal });

  async function readPage(pageUrl: string): Promise<void> {
    const page = await fetchThroughGate(deps, { url: pageUrl, signal });
    if (page.status < 200 || page.status >= 300 || !isHtml(page.contentType)) {
      failed += 1;
      return;
    }
    const key = pageKey(page.url);
    if (key !== pageKey(pageUrl)) {
      if (pageKeys.has(key)) return;
      if (!frontierHosts(url, main.finalUrl).has(withoutWwwHost(page.url))) return;
    }
    const scan = scanPage({ body: page.body, contentType: page.contentType, url: page.url });
    const canonical =
      scan.canonical && URL.canParse(scan.canonical, page.url) ? pageKey(new URL(scan.canonical, page.url).href) : null;
    if (canonical !== null && canonical !== key && pageKeys.has(canonical)) return;
    if (scans.length >= crawlLimits.pagesMax) return;
    pageKeys.add(key);
    if (canonical !== null) pageKeys.add(canonical);
    scans.push(scan);
    follow(frontier, scan);
  }

  async function nextAddress(): Promise<string | null> {
    for (;;) {
      const address = frontier.next();
      if (address === null) return null;
      if (!rules || (await rules).allows(address)) return address;
      disallowed += 1;
    }
  }

  async function fillFromSitemap(): Promise<void> {
    if (sitemapRead) return;
    sitemapRead = true;
    const named = rules ? (await rules).sitemaps : [];
    const addresses = await readSitemaps(deps, { origin, named, signal });
    frontier.add(
      addresses.map((href) => ({ href, text: '', rel: '' })),
      { contactLikeOnly: true },
    );
  }

  async function run(): Promise<void> {
    follow(frontier, main.scan);
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      const hasRoom = scans.length + running.size < crawlLimits.pagesMax && attempts < crawlLimits.attemptsMax;
      if (hasRoom && running.size < crawlLimits.requestsAtOnceMax) {
        const address = await nextAddress();
        if (address !== null) {
          attempts += 1;
          const task: Promise<void> = readPage(address)
            .catch(() => {
              failed += 1;
            })
            .finally(() => running.delete(task));
          running.add(task);
          continue;
        }
        if (running.size === 0) {
          if (sitemapRead) return;
          await fillFromSitemap();
          continue;
        }
      }
      if (running.size === 0) return;
      await Promise.race(running);
    }
    await Promise.allSettled(running);
  }

  return {
    run,
    pagesTried: () => attempts,
    notes: () => [
      ...(failed > 0 ? [`${failed} subpages could not be read`] : []),
      ...(disallowed > 0 ? [`${disallowed} links are closed to crawlers by robots.txt`] : []),
    ],
  };
}

function follow(frontier: Frontier, scan: PageScan): void {
  // The same page in another language names the same contacts.
  for (const { href } of scan.hreflangs) if (URL.canParse(href)) frontier.markSeen(href);
  frontier.add(scan.links);
}

async function fetchThroughGate(
  deps: CrawlDeps,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<FetchedPage> {
  if (!deps.hostGate) return deps.fetchPage({ url, signal });
  const leave = await deps.hostGate(new URL(url).host);
  try {
    return await deps.fetchPage({ url, signal });
  } finally {
    leave();
  }
}

function frontierHosts(...urls: string[]): Set<string> {
  return new Set(urls.map(withoutWwwHost));
}

function withoutWwwHost(url: string): string {
  return new URL(url).host.replace(/^www\./, '');
}

function registrable(url: string): string {
  return getDomain(url, { allowPrivateDomains: true }) ?? new URL(url).hostname;
}
