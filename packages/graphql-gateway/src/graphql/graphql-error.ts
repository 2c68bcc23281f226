import type { LeadGenError } from '@leadgen/engine';
import { GraphQLError } from 'graphql';

/** A known error with its REST code; the HTTP status is set only for a failed log-in (contract, GraphQL). */
export function graphqlError(error: LeadGenError, { withStatus = false }: { withStatus?: boolean } = {}): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
      ...(error.coverage ? { coverage: error.coverage } : {}),
      ...(withStatus
        ? {
            http: {
              status: error.status,
              ...(error.retryAfterSeconds === undefined
                ? {}
                : { headers: { 'retry-after': String(error.retryAfterSeconds) } }),
            },
          }
        : {}),
    },
  });
}

/** Errors as GraphQL shows them: those of the table as they are, GraphQL's own as they are, all others masked. */
export function createMaskError(knownError: (error: unknown) => LeadGenError): (error: unknown) => Error {
  return (error) => {
    if (!(error instanceof GraphQLError)) return graphqlError(knownError(error));
    const { originalError } = error;
    if (!originalError || originalError instanceof GraphQLError) return error;
    const known = graphqlError(knownError(originalError));
    return new GraphQLError(known.message, {
      nodes: error.nodes ?? null,
      source: error.source ?? null,
      positions: error.positions ?? null,
      path: error.path ?? null,
      extensions: { ...known.extensions },
    });
  };
}
