import { type PageScan, scanPage } from '../contacts/scan-page.ts';
import { LeadGenError } from '../errors.ts';
import { PageFetchError } from '../net/page-fetch-error.ts';
import type { FetchedPage, FetchPage } from '../ports/page-fetcher.ts';

export interface MainPage {
  scan: PageScan;
  finalUrl: string;
  truncated: boolean;
  note: string | null;
}

/** The page that the user named; it is fetched whatever robots.txt says (B10). Throws `crawl_error` where it can't be read (B7). */
export async function readMainPage(
  deps: { fetchPage: FetchPage; renderPage: null | ((url: string, signal: AbortSignal) => Promise<FetchedPage>) },
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<MainPage> {
  const page = await fetchOrSay(deps.fetchPage, { url, signal });
  if (page.status < 200 || page.status >= 300)
    throw new LeadGenError('crawl_error', `The site answered with status ${page.status}.`);
  if (!isHtml(page.contentType)) throw new LeadGenError('crawl_error', 'The address is not a web page.');
  const scan = scanPage({ body: page.body, contentType: page.contentType, url: page.url });
  const main = { scan, finalUrl: page.url, truncated: page.truncated, note: null };
  if (!scan.looksLikeJavaScriptShell || !deps.renderPage) return main;
  try {
    const rendered = await deps.renderPage(page.url, signal);
    if (rendered.status !== 200) return { ...main, note: `the renderer answered with status ${rendered.status}` };
    const second = scanPage({ body: rendered.body, contentType: rendered.contentType, url: page.url });
    return { ...main, scan: second, note: 'the first page was rendered' };
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...main, note: 'the renderer failed' };
  }
}

async function fetchOrSay(
  fetchPage: FetchPage,
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<FetchedPage> {
  try {
    return await fetchPage({ url, signal });
  } catch (error) {
    if (!(error instanceof PageFetchError) || error.reason === 'aborted') throw error;
    throw new LeadGenError('crawl_error', `${error.message}.`, { cause: error });
  }
}

export function isHtml(contentType: string): boolean {
  return contentType === '' || /^\s{0,4}(?:text\/html|application\/xhtml\+xml|text\/plain)/i.test(contentType);
}
