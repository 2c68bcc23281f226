import robotsParser from 'robots-parser';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';

/** What a site's robots.txt says to us. */
export interface Robots {
  allows(url: string): boolean;
  sitemaps: string[];
}

const everything: Robots = { allows: () => true, sitemaps: [] };
const nothing: Robots = { allows: () => false, sitemaps: [] };

// The package is CommonJS with ESM types: its function is the default export at run time.
const parse = robotsParser as unknown as (
  url: string,
  text: string,
) => { isAllowed(url: string, agent?: string): boolean | undefined; getSitemaps(): string[] };

/**
 * Reads robots.txt (RFC 9309): missing or forbidden (4xx) or unreachable = everything is allowed; a server error (5xx) = nothing is,
 * but the page that the user named is fetched in any case (B10).
 */
export async function readRobots(
  { fetchPage, userAgent }: { fetchPage: FetchPage; userAgent: string },
  { origin, signal }: { origin: string; signal: AbortSignal },
): Promise<Robots> {
  const url = `${origin}/robots.txt`;
  try {
    const page = await fetchPage({
      url,
      signal: AbortSignal.any([signal, AbortSignal.timeout(crawlLimits.robotsMillisecondsMax)]),
      bodyBytesMax: crawlLimits.robotsBytesMax,
    });
    if (page.status >= 500) return nothing;
    if (page.status !== 200 || /html/i.test(page.contentType)) return everything;
    const rules = parse(url, new TextDecoder().decode(page.body));
    const agent = userAgent.split(/[/\s]/, 1)[0] ?? userAgent;
    return { allows: (address) => rules.isAllowed(address, agent) !== false, sitemaps: rules.getSitemaps() };
  } catch {
    return everything;
  }
}
