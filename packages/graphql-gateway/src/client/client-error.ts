/** An error as GraphQL tells it; `extensions.code` is the REST code. */
export interface GraphError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; retryAfterSeconds?: number } & Record<string, unknown>;
}

/** A request of which nothing was answered: a failed log-in, an invalid query, a gateway that is away. */
export class LeadGenClientError extends Error {
  override readonly name = 'LeadGenClientError';
  /** The code of the error table; null where no gateway answered. */
  readonly code: string | null;
  /** The HTTP status. */
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  readonly errors: readonly GraphError[];

  constructor(status: number, errors: readonly GraphError[]) {
    super(errors[0]?.message ?? `The gateway answered with status ${status}.`);
    this.status = status;
    this.errors = errors;
    this.code = errors[0]?.extensions?.code ?? null;
    this.retryAfterSeconds = errors[0]?.extensions?.retryAfterSeconds ?? null;
  }
}
