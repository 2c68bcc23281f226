export type PageFetchReason =
  | 'refused_address'
  | 'dns'
  | 'connect'
  | 'timeout'
  | 'too_many_redirects'
  | 'protocol'
  | 'aborted';

/** Why a page could not be fetched; the text names no private address. */
export class PageFetchError extends Error {
  readonly reason: PageFetchReason;

  constructor(reason: PageFetchReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'PageFetchError';
    this.reason = reason;
  }
}
