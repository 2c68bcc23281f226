/** A source of search engine result pages. One adapter per provider. */
export type SearchEngine = 'google' | 'bing' | 'yahoo' | 'duckduckgo';

export interface SerpRequest {
  engine: SearchEngine;
  query: string;
  /** 0-based offset of the first result wanted; an upstream page has ten. Not always a multiple of ten. */
  start: number;
  /** Fields of the form by which the page before asks for its successor, where the engine's paging needs it (DuckDuckGo). */
  nextPageForm?: Record<string, string>;
  /** ISO 3166-1 alpha-2, lower case. */
  country: string;
  /** ISO 639-1, lower case. */
  language: string;
  /** `ads` needs a page as a browser sees it; a provider without ads refuses it with `search_error`. */
  vertical: 'organic' | 'ads';
  /** 0 for the first try; higher numbers ask for another way to the same page (other device, other address, rendered). */
  route: number;
}

/** What came back: a page to classify and parse, or rows that the provider has parsed already. */
export type SerpResponse =
  | { kind: 'page'; html: Uint8Array; url: string; status: number; contentType: string }
  /** `start`: offset of the first row, where the provider pages in steps of its own and `SerpRequest.start` lies within one. */
  | { kind: 'rows'; rows: { title: string; link: string; description: string }[]; start?: number };

export interface SerpProvider {
  name: string;
  /** How many routes `SerpRequest.route` may name (at least 1). */
  routes: number;
  /** `rows`: it parses the pages itself, takes any offset on every engine and has no ads. Default: `pages`. */
  delivers?: 'pages' | 'rows';
  /**
   * One attempt; the second one is the caller's. Throws `LeadGenError('search_error')` when the provider itself fails, with
   * `transient: false` where another attempt is vain (bad key, no credits left); never classifies the page.
   */
  fetchResults(request: SerpRequest, signal: AbortSignal): Promise<SerpResponse>;
}
