/** What a result page turned out to be. */
export type PageClass = 'ok' | 'no_results' | 'blocked' | 'unknown_layout';
export type BlockedKind = 'captcha' | 'js_shell' | 'consent' | 'soft_block';

export interface OrganicResult {
  /** 1-based, in the order of the page. */
  position: number;
  title: string;
  link: string;
  description: string;
  /** A link below a result, to another page of its site; no result of its own. */
  sitelink?: true;
  /** The engine's redirect, where it can't be decoded offline; `link` is then the address that the breadcrumb shows. */
  unresolvedLink?: string;
}

export interface SerpAd {
  /** 1-based over the page, in document order. */
  position: number;
  area: 'top' | 'bottom' | 'side';
  title: string;
  /** The landing page. */
  url: string;
  displayUrl: string;
  text: string;
  unresolvedLink?: string;
}

export interface ResultPage {
  pageClass: PageClass;
  blockedKind: BlockedKind | null;
  /** The layout that was met: `google-desktop`, `bing`, `duckduckgo-lite` … */
  layout: string;
  organic: OrganicResult[];
  ads: SerpAd[];
  /** Visible labels such as "Ad" or "Sponsored": more labels than ads read is the sign of a new layout. */
  adLabelCount: number;
  hasNextPage: boolean | null;
  /** The hidden form by which DuckDuckGo's HTML page asks for the next one. */
  nextPageForm?: Record<string, string>;
}

/** What an engine's parser reads from a page. */
export type ParsedResults = Pick<ResultPage, 'layout' | 'organic' | 'ads' | 'hasNextPage' | 'nextPageForm'>;
