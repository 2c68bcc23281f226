import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EngineContext, LeadGenError } from '@leadgen/engine';
import { createYoga, type Plugin } from 'graphql-yoga';
import { serverLimits } from '../limits.ts';
import type { Observe } from '../observe/observe.ts';
import { type Door, sendJsonError } from '../server.ts';
import { documentCachePlugin } from './document-cache.ts';
import { exampleQueries } from './example-queries.ts';
import type { GraphContext } from './graph-context.ts';
import { createMaskError } from './graphql-error.ts';
import { createLoaders } from './loaders.ts';
import { moneyPlugin } from './money-plugin.ts';
import { readBody } from './read-body.ts';
import type { TrustedDocuments } from './read-trusted-documents.ts';
import { schema } from './schema.ts';
import { createSharedPlace } from './shared-place.ts';
import { trustedDocumentsPlugin } from './trusted-documents.ts';
import { untilClientLeaves } from './until-client-leaves.ts';

/** What Yoga knows of a request. */
export interface ServerContext {
  req: IncomingMessage;
  res: ServerResponse;
}

export interface GraphqlDoorOptions {
  introspection: boolean;
  graphiql: boolean;
  /** Set, nothing else is executed. */
  documents: TrustedDocuments | null;
  adminToken: string | null;
  upstream: 'live' | 'sandbox';
  observe: Observe;
}

/** `/graphql`: GraphQL over HTTP, GraphiQL in a browser, subscriptions by server-sent events. */
export function createGraphqlDoor(engine: EngineContext, options: GraphqlDoorOptions): Door {
  const { observe } = options;
  const yoga = createYoga<ServerContext, GraphContext>({
    schema,
    logging: false,
    graphqlEndpoint: '/graphql',
    // The page comes whole from this process (by default it would load its scripts from elsewhere); its 9 MB are read when first asked for.
    renderGraphiQL: async (page) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(page),
    landingPage: false,
    batching: false,
    multipart: false,
    // Bodies are read, and bounded, before Yoga sees them.
    maxRequestBodySize: false,
    cors: false,
    // Ours is bounded by size.
    parserAndValidationCache: false,
    graphiql: options.graphiql
      ? {
          title: 'LeadGen Engine',
          defaultQuery: exampleQueries,
          headers: exampleHeaders(options.upstream),
        }
      : false,
    maskedErrors: {
      maskError: createMaskError((error) => observe.knownError(error), { suggestions: options.introspection }),
    },
    // By default Yoga takes a documentId for a mistake.
    extraParamNames: options.documents ? ['documentId'] : [],
    plugins: [
      ...(options.documents ? [trustedDocumentsPlugin(options.documents)] : []),
      documentCachePlugin(options),
      moneyPlugin(engine, options),
      neverKept,
    ],
    context: ({ res }) => emptyContext(engine, untilClientLeaves(res), observe),
  });
  return {
    matches: (path) => path === '/graphql',
    async handle(request, response) {
      const done = observe.request('graphql', response);
      response.setHeader('cache-control', 'private, no-store');
      response.setHeader('referrer-policy', 'no-referrer');
      if (options.upstream === 'sandbox') response.setHeader('x-leadgen-upstream', 'sandbox');
      try {
        if (request.method === 'POST') {
          const body = await readBody(request, serverLimits.graphqlBodyBytesMax);
          if (body === null) {
            sendJsonError(response, bodyTooLong());
            request.destroy();
            return;
          }
          // Yoga takes a body that is read already; its own reading costs more than a cached search.
          Object.assign(request, { body });
        }
        await yoga(request, response);
      } finally {
        done();
      }
    },
  };
}

function bodyTooLong(): LeadGenError {
  return new LeadGenError('invalid_param', `The body is longer than ${serverLimits.graphqlBodyBytesMax / 1024} kB.`);
}

function emptyContext(engine: EngineContext, signal: AbortSignal, observe: Observe): GraphContext {
  let requestId: string | undefined;
  return {
    engine,
    account: null,
    isOperator: false,
    signal,
    requestId: () => (requestId ??= engine.newId()),
    money: { used: 0, budget: null },
    loaders: createLoaders(),
    enterUpstream: createSharedPlace(engine.upstreamQueue),
    knownError: (error) => observe.knownError(error),
  };
}

/** Answers belong to whoever has the key in the request, and no cache is to keep them: Yoga's own word for event streams is milder. */
const neverKept: Plugin = {
  onResponse({ response, serverContext }) {
    // Only where one may come: a look at its headers costs the answer its short way out.
    if (!(serverContext as Partial<ServerContext>).req?.headers.accept?.includes('text/event-stream')) return;
    if (response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
  },
};

function exampleHeaders(upstream: 'live' | 'sandbox'): string {
  const [key, user] = upstream === 'sandbox' ? ['demo', '1'] : ['YOUR_KEY', 'YOUR_USER_ID'];
  return JSON.stringify({ authorization: `Bearer ${key}`, 'x-user-id': user }, null, 2);
}
