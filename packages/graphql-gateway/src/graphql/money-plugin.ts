import {
  type Account,
  claimIdempotency,
  createCreditBudget,
  type EngineContext,
  type IdempotentCall,
  LeadGenError,
} from '@leadgen/engine';
import { type ExecutionArgs, type ExecutionResult, type GraphQLError, print } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { checkBill } from './check-bill.ts';
import type { GraphContext } from './graph-context.ts';
import type { ServerContext } from './graphql-door.ts';
import { graphqlError } from './graphql-error.ts';
import { createFactsOf, type OperationFacts } from './operation-facts.ts';
import { type Caller, isOperatorsRequest, readCaller, readCeiling, wrongHalf } from './read-caller.ts';
import { replayedResult } from './replayed-result.ts';
import { createSubscriptionPlaces } from './subscription-places.ts';

type Context = ServerContext & GraphContext;

/** Logs the caller in before anything but the schema is read, sets the request's ceiling, and sums up what it spent. */
export function moneyPlugin(
  engine: EngineContext,
  { adminToken }: { adminToken: string | null },
): Plugin<ServerContext & GraphContext> {
  const factsOf = createFactsOf();
  const takePlace = createSubscriptionPlaces();

  /** Null: it may run. Nothing waits where the caller is known, so that a cached answer takes no further turn. */
  function prepare(
    context: Context,
    facts: OperationFacts | undefined,
    args: ExecutionArgs,
  ): GraphQLError | null | Promise<GraphQLError | null> {
    let ceiling: number | null;
    try {
      ceiling = readCeiling(context.req);
      context.money.budget = ceiling === null ? null : createCreditBudget(ceiling);
    } catch (error) {
      if (error instanceof LeadGenError) return graphqlError(error, { status: 200 });
      throw error;
    }
    if (facts?.readsSchemaOnly) return null;
    if (facts?.asksTheOperator && !isOperatorsRequest(context.req, adminToken)) {
      const error = new LeadGenError('forbidden');
      return graphqlError(error, { status: error.status });
    }
    const enterAs = (caller: Caller) => {
      context.account = caller.account;
      context.isOperator = caller.isOperator;
      if (facts) checkBill(facts, { variables: args.variableValues, ceiling, historyMax: engine.settings.historyMax });
      return admit(caller.account);
    };
    try {
      const caller = readCaller(engine, context.req, adminToken);
      return caller instanceof Promise
        ? caller.then(enterAs).catch((error: unknown) => refuse(context, error))
        : enterAs(caller);
    } catch (error) {
      return refuse(context, error);
    }
  }

  function admit(account: Account | null): null | Promise<GraphQLError | null> {
    if (!account || !engine.admit) return null;
    return engine.admit(account.id).then(
      () => null,
      (error: unknown) => {
        if (error instanceof LeadGenError) return graphqlError(error, { status: error.status });
        throw error;
      },
    );
  }

  async function refuse(context: Context, error: unknown): Promise<GraphQLError> {
    if (!(error instanceof LeadGenError)) throw error;
    // A request that could cost too much is well-formed, and its caller is known.
    if (context.account) return graphqlError(error, { status: 200 });
    const wrong = error.code === 'invalid_api_key' ? await wrongHalf(engine, context.req) : undefined;
    return graphqlError(error, { status: error.status, ...(wrong === undefined ? {} : { wrong }) });
  }

  return {
    onExecute({ args, setResultAndStopExecution }) {
      const context = args.contextValue as Context;
      const facts = factsOf(args.document, args.operationName);
      const key = context.req.headers['idempotency-key'];
      const stop = (error: GraphQLError) => {
        setResultAndStopExecution({ errors: [error] });
        return undefined;
      };
      const run = (): MaybePromise<Hook> => {
        if (typeof key !== 'string' || !context.account)
          return { onExecuteDone: (done: Done) => void tell(context, done) };
        return runOnce(context, facts, { args, key, stop, replay: setResultAndStopExecution });
      };
      const error = prepare(context, facts, args);
      if (error instanceof Promise) return error.then((late): MaybePromise<Hook> => (late ? stop(late) : run()));
      return error ? stop(error) : run();
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const context = args.contextValue as Context;
      const error = await prepare(context, factsOf(args.document, args.operationName), args);
      if (error) return setResultAndStopExecution({ errors: [error] });
      if (!context.account || context.res.closed) return;
      try {
        // The stream is the whole answer, so it ends with it.
        context.res.once('close', takePlace(context.account.id));
      } catch (refusal) {
        if (!(refusal instanceof LeadGenError)) throw refusal;
        setResultAndStopExecution({ errors: [graphqlError(refusal, { status: refusal.status })] });
      }
    },
  };
}

type Hook = { onExecuteDone: (done: Done) => void | Promise<void> } | undefined;
type MaybePromise<T> = T | Promise<T>;
type Done = { result: unknown; setResult: (result: ExecutionResult) => void };

/** Adds the sum to a result; null for a stream, which tells none. */
function tell({ money }: Context, { result, setResult }: Done): ExecutionResult | null {
  if (Symbol.asyncIterator in (result as object)) return null;
  const done = result as ExecutionResult;
  const told = { ...done, extensions: { ...done.extensions, credits: money.used } };
  setResult(told);
  return told;
}

/** A request under an `Idempotency-Key`: the first one runs and is kept, the others get what it got. */
async function runOnce(
  context: Context,
  facts: OperationFacts | undefined,
  {
    args,
    key,
    stop,
    replay,
  }: {
    args: ExecutionArgs;
    key: string;
    stop: (error: GraphQLError) => undefined;
    replay: (result: ExecutionResult) => void;
  },
): Promise<Hook> {
  const { engine, account, signal } = context;
  const input = JSON.stringify({
    document: print(args.document),
    variables: args.variableValues,
    operationName: args.operationName,
  });
  let call: IdempotentCall;
  try {
    call = await claimIdempotency(engine, { accountId: account!.id, key, input, signal });
  } catch (error) {
    if (!(error instanceof LeadGenError)) throw error;
    return stop(graphqlError(error, { status: 200 }));
  }
  if (call.answer !== null) {
    if (facts) replay(replayedResult(JSON.parse(call.answer), facts.operation, facts.fragments));
    return undefined;
  }
  const { keep, giveUp } = call;
  return {
    async onExecuteDone(done) {
      const told = tell(context, done);
      if (!told) return;
      // What was paid is kept even where a part of it failed; a failure that cost nothing may be tried again.
      if (told.errors && context.money.used === 0) await giveUp();
      else await keep(JSON.stringify(told));
    },
  };
}
