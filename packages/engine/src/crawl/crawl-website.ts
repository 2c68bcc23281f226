import { getDomain } from 'tldts';
import { mergeContacts, type SiteContact } from '../contacts/merge-contacts.ts';
import { LeadGenError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';
import { type ReadPage, readPageHere } from './page-reader.ts';
import { type MainPage, readMainPage } from './read-main-page.ts';
import type { RenderPage } from './read-rendered.ts';
import { createSiteRobots } from './site-robots.ts';
import { walkSite } from './walk-site.ts';

export interface CrawlDeps {
  fetchPage: FetchPage;
  clock: Clock;
  robots: 'respect' | 'ignore';
  userAgent: string;
  renderPage: RenderPage;
  /** By default every page is read in the caller's thread. */
  readPage?: ReadPage;
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
  given: CrawlDeps,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<CrawlOutcome> {
  const deadline = new AbortController();
  const end = new AbortController();
  const until = AbortSignal.any([signal, deadline.signal, end.signal]);
  given.clock.sleep(crawlLimits.crawlMillisecondsMax, end.signal).then(
    () => deadline.abort(new Error('the time limit of the crawl has passed')),
    () => {},
  );
  const deps = { ...given, readPage: given.readPage ?? readPageHere };
  try {
    const robots = createSiteRobots(deps, { signal: until });
    // Asked for beside the first page, so that it costs no round trip of its own.
    robots.of(url);
    const main = await readMainPage(deps, { url, signal: until }).catch((error: unknown) => {
      if (deadline.signal.aborted && !signal.aborted)
        throw new LeadGenError('crawl_error', 'The site is too slow.', { cause: error });
      throw error;
    });
    const walk = await walkSite(deps, { url, main, robots, signal: until });
    signal.throwIfAborted();
    return outcomeOf({ url, main, walk, isCut: deadline.signal.aborted });
  } finally {
    // Ends the timer, and whatever is still being fetched.
    end.abort();
  }
}

function outcomeOf({
  url,
  main,
  walk,
  isCut,
}: {
  url: string;
  main: MainPage;
  walk: Awaited<ReturnType<typeof walkSite>>;
  isCut: boolean;
}): CrawlOutcome {
  const found = mergeContacts(walk.scans, { siteUrls: [url, main.finalUrl] });
  const hasFound = found.allEmails.length + found.phones.length + found.socialLinks.length > 0;
  const isShell = main.scan.looksLikeJavaScriptShell;
  const notes = [
    main.note,
    registrable(url) !== registrable(main.finalUrl)
      ? `redirected to ${new URL(main.finalUrl).host}, another domain`
      : null,
    main.truncated ? 'the first page is larger than 2 MB and was cut' : null,
    isCut ? `the time limit of ${crawlLimits.crawlMillisecondsMax / 1000} s ended the crawl` : null,
    ...walk.notes,
    isShell ? 'the first page is an empty JavaScript shell: its content was not seen' : null,
  ].filter((note) => note !== null);
  return {
    requestedUrl: url,
    finalUrl: main.finalUrl,
    pagesCrawled: walk.scans.length,
    metadata: main.scan.metadata,
    ...found,
    coverage: {
      status: isShell ? 'JS_SHELL' : isCut ? 'PARTIAL' : hasFound ? 'OK' : 'NO_RESULTS',
      pagesTried: walk.pagesTried,
      notes: notes.slice(0, crawlLimits.notesMax),
    },
  };
}

function registrable(url: string): string {
  return getDomain(url, { allowPrivateDomains: true }) ?? new URL(url).hostname;
}
