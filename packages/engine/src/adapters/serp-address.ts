import type { SerpRequest } from '../ports/serp-provider.ts';

/** How a result page is asked for; the reader of pages knows (`serp/search-address.ts`), and the wiring hands it over. */
export type AddressOf = (request: SerpRequest) => {
  url: string;
  method: 'GET' | 'POST';
  body?: string;
  headers: Record<string, string>;
};
