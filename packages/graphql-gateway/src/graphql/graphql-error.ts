import type { LeadGenError } from '@leadgen/engine';
import { GraphQLError } from 'graphql';

/** A known error with its REST code. `status`: of the HTTP answer, where the error is the whole of it (a failed log-in, a bad ceiling). `wrong`: which half of a log-in failed. */
export function graphqlError(
  error: LeadGenError,
  { status, wrong }: { status?: number; wrong?: 'user_id' | 'api_key' } = {},
): GraphQLError {
  const retryAfter = error.retryAfterSeconds;
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: {
      code: error.code,
      ...(wrong === undefined ? {} : { wrong }),
      ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
      ...(error.coverage ? { coverage: error.coverage } : {}),
      ...(status === undefined
        ? {}
        : {
            http: { status, ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }) },
          }),
    },
  });
}

/**
 * Errors as GraphQL shows them: those of the table as they are, GraphQL's own as they are, all others masked. Without `suggestions`
 * GraphQL's own say nothing of what the schema has.
 */
export function createMaskError(
  knownError: (error: unknown) => LeadGenError,
  { suggestions }: { suggestions: boolean },
): (error: unknown) => Error {
  return (error) => {
    if (!(error instanceof GraphQLError)) return graphqlError(knownError(error));
    const { originalError } = error;
    if (!originalError || originalError instanceof GraphQLError) {
      // GraphQL gives wrong variables no code.
      const extensions = { code: 'invalid_param', ...error.extensions };
      const message = suggestions ? error.message : error.message.replace(suggestion, '');
      return error.extensions.code !== undefined && suggestions ? error : relocated(error, message, extensions);
    }
    const known = graphqlError(knownError(originalError));
    return relocated(error, known.message, known.extensions);
  };
}

/** At the end of a message. The bound and the excluded question mark keep it linear. */
const suggestion = / Did you mean [^?]{1,1000}\?/;

function relocated(error: GraphQLError, message: string, extensions: GraphQLError['extensions']): GraphQLError {
  return new GraphQLError(message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions: { ...extensions },
  });
}
