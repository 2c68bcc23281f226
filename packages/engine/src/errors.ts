import type { Coverage } from './operation.ts';

/** The one table of error codes: REST status, advice to the caller, public sentence. Source: the reference's error table and `docs/decisions/errors.md`. */
const errorTable = {
  missing_param: { status: 400, message: 'A required parameter is missing from the request.' },
  invalid_param: { status: 400, message: 'A parameter value is invalid.' },
  invalid_code: { status: 400, message: 'Recipe code not found or invalid.' },
  missing_api_key: { status: 401, message: 'The api_key parameter was not provided.' },
  missing_user_id: { status: 401, message: 'The user_id parameter was not provided.' },
  invalid_user_id: { status: 400, message: 'The user_id must be a positive integer.' },
  invalid_api_key: { status: 401, message: 'API key is invalid, expired, or not recognized.' },
  insufficient_credits: { status: 402, message: 'Your account has no credits remaining. Purchase more to continue.' },
  max_credits_exceeded: { status: 402, message: 'The price could exceed the ceiling that the request set.' },
  approval_required: { status: 402, message: 'A person has to agree to a price this high.' },
  forbidden: { status: 403, message: 'This call needs the admin token.' },
  not_found: { status: 404, message: 'There is nothing at this address.' },
  not_cached: { status: 404, message: 'The answer is not in the cache, and cacheOnly forbids to fetch it.' },
  method_not_allowed: { status: 405, message: 'This path does not answer this method.' },
  request_timeout: { status: 408, message: 'The request was not received in time.' },
  rate_limited: { status: 429, message: 'Too many calls in this minute.', retryAfterSeconds: 60 },
  header_too_large: { status: 431, message: 'The request header is too large.' },
  bad_request: { status: 400, message: 'The request is not well-formed HTTP.' },
  db_error: { status: 500, message: 'Internal database connection error.', retryAfterSeconds: 5 },
  internal_error: { status: 500, message: 'Internal error.' },
  search_error: {
    status: 502,
    message: 'The upstream search request failed. Retry after a few seconds.',
    retryAfterSeconds: 5,
  },
  crawl_error: { status: 502, message: 'Could not fetch the provided URL.', retryAfterSeconds: 5 },
  api_error: { status: 502, message: 'Upstream Google API error.', retryAfterSeconds: 5 },
  auth_error: { status: 503, message: 'License verification service unavailable. Retry later.', retryAfterSeconds: 5 },
  overloaded: { status: 503, message: 'The server is busy. Retry later.', retryAfterSeconds: 2 },
} as const satisfies Record<string, { status: number; message: string; retryAfterSeconds?: number }>;

export type ErrorCode = keyof typeof errorTable;

/** Every code of the table, for doors and clients that are derived from it. */
export const errorCodes = Object.keys(errorTable) as ErrorCode[];

/** A known failure, shown to the caller as it is. `detail` follows the table's sentence; it must never hold a secret. */
export class LeadGenError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly detail: string | undefined;
  /** `false`: the same attempt again is vain. Unset: unknown. */
  readonly transient: boolean | undefined;
  /** What was met before the failure, for the doors that show it. */
  readonly coverage: Coverage | undefined;

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { cause?: unknown; retryAfterSeconds?: number; transient?: boolean; coverage?: Coverage } = {},
  ) {
    const row: { status: number; message: string; retryAfterSeconds?: number } = errorTable[code];
    super(
      detail ? `${row.message} ${detail}` : row.message,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'LeadGenError';
    this.code = code;
    this.status = row.status;
    this.detail = detail;
    this.transient = options.transient;
    this.coverage = options.coverage;
    this.retryAfterSeconds = options.retryAfterSeconds ?? row.retryAfterSeconds;
  }
}
