import type { PageScan } from '../contacts/scan-page.ts';
import type { FetchedPage } from '../ports/page-fetcher.ts';
import type { ReadPage } from './page-reader.ts';

/** Fetches a page rendered, where a renderer is configured; null = none. */
export type RenderPage = null | ((url: string, signal: AbortSignal) => Promise<FetchedPage>);

export interface RenderedScan {
  scan: PageScan;
  rendered: 'not needed' | 'yes' | 'failed';
}

/** Reads a page; one that is an empty JavaScript shell is fetched once more, rendered. A renderer that fails leaves the shell. */
export async function readRendered(
  { readPage, renderPage }: { readPage: ReadPage; renderPage: RenderPage },
  page: { body: Uint8Array; contentType: string; url: string },
  signal: AbortSignal,
): Promise<RenderedScan> {
  const scan = await readPage({ body: page.body, contentType: page.contentType, url: page.url });
  if (!scan.looksLikeJavaScriptShell || !renderPage) return { scan, rendered: 'not needed' };
  try {
    const { status, body, contentType } = await renderPage(page.url, signal);
    if (status !== 200) return { scan, rendered: 'failed' };
    return { scan: await readPage({ body, contentType, url: page.url }), rendered: 'yes' };
  } catch (error) {
    if (signal.aborted) throw error;
    return { scan, rendered: 'failed' };
  }
}
