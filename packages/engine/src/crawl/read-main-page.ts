import type { PageScan } from '../contacts/scan-page.ts';
import { LeadGenError } from '../errors.ts';
import { PageFetchError } from '../net/page-fetch-error.ts';
import type { FetchedPage, FetchPage } from '../ports/page-fetcher.ts';
import type { ReadPage } from './page-reader.ts';
import { type RenderPage, readRendered } from './read-rendered.ts';

export interface MainPage {
  scan: PageScan;
  finalUrl: string;
  truncated: boolean;
  note: string | null;
}

/** The page that the user named; it is fetched whatever robots.txt says (B10). Throws `crawl_error` where it can't be read (B7). */
export async function readMainPage(
  deps: { fetchPage: FetchPage; readPage: ReadPage; renderPage: RenderPage },
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<MainPage> {
  const page = await fetchOrSay(deps.fetchPage, { url, signal });
  if (page.status < 200 || page.status >= 300)
    throw new LeadGenError('crawl_error', `The site answered with status ${page.status}.`);
  if (!isHtml(page.contentType)) throw new LeadGenError('crawl_error', 'The address is not a web page.');
  const { scan, rendered } = await readRendered(deps, page, signal);
  const notes = { 'not needed': null, yes: 'the first page was rendered', failed: 'the renderer failed' };
  return { scan, finalUrl: page.url, truncated: page.truncated, note: notes[rendered] };
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
  return contentType === '' || /^\s{0,4}(?:text\/html|application\/xhtml\+xml)/i.test(contentType);
}
