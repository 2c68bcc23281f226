import { mergeContacts, type SiteContact } from '../contacts/merge-contacts.ts';
import { normalAddress } from '../net/check-crawl-address.ts';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { type ReadPage, readPageHere } from './page-reader.ts';
import { readMainPage } from './read-main-page.ts';
import type { RenderPage } from './read-rendered.ts';

export interface LandingPage {
  requestedUrl: string;
  finalUrl: string;
  metadata: { title: string; description: string; keywords: string; image: string };
  emails: string[];
  allEmails: string[];
  phones: string[];
  socialLinks: string[];
  contacts: SiteContact[];
}

/** An ad's landing page and nothing beyond it (B15). Throws `crawl_error` where it can't be read. */
export async function readLandingPage(
  deps: { fetchPage: FetchPage; renderPage: RenderPage; readPage?: ReadPage },
  { url, signal }: { url: string; signal: AbortSignal },
): Promise<LandingPage> {
  const { scan, finalUrl } = await readMainPage({ ...deps, readPage: deps.readPage ?? readPageHere }, { url, signal });
  const found = mergeContacts([scan], { siteUrls: [url, finalUrl] });
  return { requestedUrl: normalAddress(url), finalUrl, metadata: scan.metadata, ...found };
}
