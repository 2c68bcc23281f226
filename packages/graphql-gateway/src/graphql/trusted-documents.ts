import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { TrustedDocuments } from './read-trusted-documents.ts';

/**
 * Nothing but the operator's documents is executed. A request names one by `documentId`, or by `extensions.persistedQuery.sha256Hash`
 * as Apollo's clients do, and sends no text.
 */
export function trustedDocumentsPlugin(documents: TrustedDocuments): Plugin {
  return usePersistedOperations({
    allowArbitraryOperations: false,
    extractPersistedOperationId: (params) => {
      const { documentId } = params as { documentId?: unknown };
      const { persistedQuery } = (params.extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
      const id = documentId ?? params.extensions?.documentId ?? persistedQuery?.sha256Hash;
      return typeof id === 'string' ? id : null;
    },
    getPersistedOperation: (id) => documents.get(id) ?? null,
    customErrors: {
      persistedQueryOnly: () =>
        refusal('This gateway runs persisted operations alone: send a documentId and no query.'),
      keyNotFound: () => refusal('This gateway runs persisted operations alone: send a documentId.'),
      notFound: () => refusal('There is no persisted operation of this id.'),
    },
  });
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'invalid_param', http: { status: 400 } } });
}
