import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  claimIdempotency,
  createCreditBudget,
  type EngineContext,
  type IdempotentCall,
  LeadGenError,
} from '@leadgen/engine';
import {
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  print,
  validate,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { serverLimits } from '../limits.ts';
import type { Observe } from '../observe/observe.ts';
import { type Door, sendJsonError } from '../server.ts';
import { exampleQueries } from './example-queries.ts';
import type { GraphContext } from './graph-context.ts';
import { createMaskError, graphqlError } from './graphql-error.ts';
import { documentLimits, documentLimitsRule, refuseDeepText } from './limits.ts';
import { createLoaders } from './loaders.ts';
import { readBody } from './read-body.ts';
import { type Caller, isOperatorsRequest, readCaller, readCeiling, wrongHalf } from './read-caller.ts';
import type { TrustedDocuments } from './read-trusted-documents.ts';
import { replayedResult } from './replayed-result.ts';
import { schema } from './schema.ts';
import { createSharedPlace } from './shared-place.ts';
import { trustedDocumentsPlugin } from './trusted-documents.ts';
import { untilClientLeaves } from './until-client-leaves.ts';

interface ServerContext {
  req: IncomingMessage;
  res: ServerResponse;
  leaving: AbortSignal;
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
    parserAndValidationCache: true,
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
      limitsPlugin(options),
      moneyPlugin(engine, options),
      neverKept,
    ],
    context: ({ leaving }) => emptyContext(engine, leaving, observe),
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
        await yoga(request, response, { req: request, res: response, leaving: untilClientLeaves(response) });
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
  return {
    engine,
    account: null,
    isOperator: false,
    signal,
    requestId: engine.newId(),
    money: { used: 0, budget: null },
    loaders: createLoaders(),
    enterUpstream: createSharedPlace(engine.upstreamQueue),
    knownError: (error) => observe.knownError(error),
  };
}

function limitsPlugin({ introspection }: { introspection: boolean }): Plugin {
  return {
    onParse({ setParseFn, parseFn }) {
      setParseFn((source, parseOptions) => {
        refuseDeepText(typeof source === 'string' ? source : source.body);
        return parseFn(source, { ...parseOptions, maxTokens: documentLimits.tokensMax });
      });
    },
    onValidate({ addValidationRule, setValidationFn }) {
      addValidationRule(documentLimitsRule);
      if (introspection) return;
      addValidationRule(NoSchemaIntrospectionCustomRule);
      // "Did you mean" would tell the schema name by name.
      setValidationFn((schema, document, rules, settings) =>
        validate(schema, document, rules, { ...settings, hideSuggestions: true }),
      );
    },
  };
}

/** Answers belong to whoever has the key in the request, and no cache is to keep them: Yoga's own word for event streams is milder. */
const neverKept: Plugin = {
  onResponse({ response }) {
    if (response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
  },
};

function exampleHeaders(upstream: 'live' | 'sandbox'): string {
  const [key, user] = upstream === 'sandbox' ? ['demo', '1'] : ['YOUR_KEY', 'YOUR_USER_ID'];
  return JSON.stringify({ authorization: `Bearer ${key}`, 'x-user-id': user }, null, 2);
}

/** Logs the caller in before anything but the schema is read, sets the request's ceiling, and sums up what it spent. */
function moneyPlugin(
  engine: EngineContext,
  { adminToken }: { adminToken: string | null },
): Plugin<ServerContext & GraphContext> {
  async function prepare(
    context: ServerContext & GraphContext,
    operation: OperationDefinitionNode | undefined,
  ): Promise<GraphQLError | null> {
    try {
      const ceiling = readCeiling(context.req);
      context.money.budget = ceiling === null ? null : createCreditBudget(ceiling);
    } catch (error) {
      if (error instanceof LeadGenError) return graphqlError(error, { status: 200 });
      throw error;
    }
    if (operation && readsSchemaOnly(operation)) return null;
    if (operation && asksTheOperator(operation) && !isOperatorsRequest(context.req, adminToken)) {
      const error = new LeadGenError('forbidden');
      return graphqlError(error, { status: error.status });
    }
    let caller: Caller | null;
    try {
      caller = await readCaller(engine, context.req, adminToken);
      if (!caller) throw new LeadGenError('missing_api_key');
    } catch (error) {
      if (!(error instanceof LeadGenError)) throw error;
      const wrong = error.code === 'invalid_api_key' ? await wrongHalf(engine, context.req) : undefined;
      return graphqlError(error, { status: error.status, ...(wrong === undefined ? {} : { wrong }) });
    }
    context.account = caller.account;
    try {
      if (caller.account) await engine.admit?.(caller.account.id);
    } catch (error) {
      if (error instanceof LeadGenError) return graphqlError(error, { status: error.status });
      throw error;
    }
    context.isOperator = caller.isOperator;
    return null;
  }

  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const context = args.contextValue as ServerContext & GraphContext;
      const operation = operationOf(args.document.definitions as never, args.operationName);
      const error = await prepare(context, operation);
      if (error) {
        setResultAndStopExecution({ errors: [error] });
        return;
      }
      let call: IdempotentCall | null = null;
      try {
        call = await claim(context, () =>
          JSON.stringify({
            document: print(args.document),
            variables: args.variableValues,
            operationName: args.operationName,
          }),
        );
      } catch (refusal) {
        if (!(refusal instanceof LeadGenError)) throw refusal;
        setResultAndStopExecution({ errors: [graphqlError(refusal, { status: 200 })] });
        return;
      }
      if (call && call.answer !== null && operation) {
        setResultAndStopExecution(
          replayedResult(JSON.parse(call.answer), operation, fragmentsOf(args.document.definitions)),
        );
        return;
      }
      return {
        async onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in (result as object)) return;
          const done = result as ExecutionResult;
          const told = { ...done, extensions: { ...done.extensions, credits: context.money.used } };
          setResult(told);
          if (!call || call.answer !== null) return;
          // What was paid is kept even where a part of it failed; a failure that cost nothing may be tried again.
          if (done.errors && context.money.used === 0) await call.giveUp();
          else await call.keep(JSON.stringify(told));
        },
      };
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const context = args.contextValue as ServerContext & GraphContext;
      const error = await prepare(context, operationOf(args.document.definitions as never, args.operationName));
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

function operationOf(
  definitions: readonly OperationDefinitionNode[],
  name: string | null | undefined,
): OperationDefinitionNode | undefined {
  const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return name ? operations.find((each) => each.name?.value === name) : operations[0];
}

/** The call under its `Idempotency-Key`; null where none is sent, or nobody is to be charged. */
async function claim(
  { engine, account, req, signal }: ServerContext & GraphContext,
  readInput: () => string,
): Promise<IdempotentCall | null> {
  const key = req.headers['idempotency-key'];
  if (typeof key !== 'string' || !account) return null;
  return claimIdempotency(engine, { accountId: account.id, key, input: readInput(), signal });
}

function fragmentsOf(definitions: readonly { kind: string }[]): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = definitions.filter(
    (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION,
  );
  return new Map(fragments.map((each) => [each.name.value, each]));
}

/** The schema can be read without a key. */
function readsSchemaOnly({ selectionSet, operation }: OperationDefinitionNode): boolean {
  return (
    operation === 'query' &&
    selectionSet.selections.every((each) => each.kind === Kind.FIELD && each.name.value.startsWith('__'))
  );
}

/** A call of the operator's without the token is refused as a whole (contract, GraphQL). */
function asksTheOperator({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some((each) => each.kind === Kind.FIELD && operatorFields.has(each.name.value));
}

const operatorFields: ReadonlySet<string> = new Set([
  'accounts',
  'upstreams',
  'invariant',
  'createAccount',
  'grantCredits',
  'rotateApiKey',
  'closeAccount',
]);
