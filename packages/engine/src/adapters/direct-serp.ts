import { LeadGenError } from '../errors.ts';
import type { FetchPage } from '../ports/page-fetcher.ts';
import type { SerpProvider } from '../ports/serp-provider.ts';
import { adapterLimits } from './limits.ts';
import type { AddressOf } from './serp-address.ts';

const browserHeaders = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
  'upgrade-insecure-requests': '1',
};

/** Asks the engines from this machine's own address; they block such callers soon, and the page says so. */
export function createDirectSerp({
  fetchPage,
  addressOf,
}: {
  fetchPage: FetchPage;
  addressOf: AddressOf;
}): SerpProvider {
  return {
    name: 'direct',
    delivers: 'pages',
    routes: 3,
    async fetchResults(request, signal) {
      const address = addressOf(request);
      // The fetcher reads pages only; a form is asked for by its fields in the address, which DuckDuckGo takes as well.
      const url = address.body === undefined ? address.url : `${address.url}?${address.body}`;
      const { 'content-type': _, ...headers } = address.headers;
      try {
        const page = await fetchPage({
          url,
          signal: AbortSignal.any([signal, AbortSignal.timeout(adapterLimits.serpMillisecondsMax)]),
          headers: { ...browserHeaders, ...headers },
          bodyBytesMax: adapterLimits.serpBytesMax,
        });
        return { kind: 'page', html: page.body, url: page.url, status: page.status, contentType: page.contentType };
      } catch (error) {
        signal.throwIfAborted();
        throw new LeadGenError('search_error', `${request.engine}: ${(error as Error).message}.`, {
          cause: error,
          transient: true,
        });
      }
    },
  };
}
