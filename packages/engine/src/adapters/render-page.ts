import type { FetchedPage } from '../ports/page-fetcher.ts';
import { askProvider } from './ask-provider.ts';
import { adapterLimits } from './limits.ts';

/** A page as a browser shows it, by ScraperAPI's `render=true`. The page was fetched through the guard before, so its host is a public one. */
export function createRenderPage({
  apiKey,
  baseUrl,
}: {
  apiKey: string;
  baseUrl: string;
}): (url: string, signal: AbortSignal) => Promise<FetchedPage> {
  return async (url, signal) => {
    const { status, headers, body } = await askProvider(
      `${baseUrl}/?${new URLSearchParams({ api_key: apiKey, url, render: 'true' })}`,
      {
        millisecondsMax: adapterLimits.serpMillisecondsMax,
        bytesMax: adapterLimits.serpBytesMax,
        signal,
      },
    );
    return {
      requestedUrl: url,
      url,
      status,
      contentType: String(headers['content-type'] ?? ''),
      location: null,
      body,
      truncated: false,
    };
  };
}
