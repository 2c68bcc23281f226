/** Fetches one web page through the guarded agent. The only way by which anything a stranger names is fetched. */
export interface FetchPageRequest {
  url: string;
  signal: AbortSignal;
  /** Defaults to GET. */
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** `false`: answer the redirect itself (status and `location`), follow nothing. */
  followRedirects?: boolean;
  /** After decompression; beyond it the body is cut and `truncated` is set. */
  bodyBytesMax?: number;
  /** From the first byte sent to the last received, redirects included; the wait for a place at the host is not part of it. */
  millisecondsMax?: number;
}

export interface FetchedPage {
  /** The address asked for. */
  requestedUrl: string;
  /** The address that answered, after redirects. */
  url: string;
  status: number;
  contentType: string;
  location: string | null;
  /** Decompressed. */
  body: Uint8Array;
  truncated: boolean;
}

/**
 * Throws `PageFetchError` (`net/page-fetch-error.ts`) whose `reason` says why: `refused_address` (the guard), `dns`, `connect`, `timeout`,
 * `too_many_redirects`, `protocol`. A 4xx or 5xx is an answer, not an error.
 */
export type FetchPage = (request: FetchPageRequest) => Promise<FetchedPage>;
