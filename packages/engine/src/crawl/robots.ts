import robotsParser from 'robots-parser';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';

/** What the robots.txt of one origin says to us. */
export interface Robots {
  allows(url: string): boolean;
  sitemaps: string[];
  /** Why nothing is allowed, where that is not the site's word. */
  note: string | null;
}

const everything: Robots = { allows: () => true, sitemaps: [], note: null };
const nothing: Robots = {
  allows: () => false,
  sitemaps: [],
  note: 'robots.txt answered with a server error, which closes all pages but the first (RFC 9309)',
};

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
      signal,
      millisecondsMax: crawlLimits.robotsMillisecondsMax,
      bodyBytesMax: crawlLimits.robotsBytesMax,
    });
    if (page.status >= 500) return nothing;
    if (page.status !== 200 || /html/i.test(page.contentType)) return everything;
    const rules = parse(url, withinLimits(new TextDecoder().decode(page.body)));
    const agent = userAgent.split(/[/\s]/, 1)[0] ?? userAgent;
    return {
      allows: (address) => rules.isAllowed(address, agent) !== false,
      sitemaps: rules.getSitemaps(),
      note: null,
    };
  } catch {
    return everything;
  }
}

/** Lines that say something, as many as can be matched without a pause. */
function withinLimits(text: string): string {
  const kept: string[] = [];
  let wildcardCharacters = 0;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const rule = (line.split('#', 1)[0] ?? '').trim();
    if (rule === '' || rule.length > crawlLimits.linkCharactersMax) continue;
    if (rule.includes('*') && !/^user-agent/i.test(rule)) {
      wildcardCharacters += rule.length;
      if (wildcardCharacters > crawlLimits.robotsWildcardCharactersMax) continue;
    }
    kept.push(rule);
    if (kept.length >= crawlLimits.robotsLinesMax) break;
  }
  return kept.join('\n');
}
