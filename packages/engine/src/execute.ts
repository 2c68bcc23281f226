import type { Account } from './accounts/account.ts';
import type { Credentials } from './accounts/authenticate.ts';
import type { Answer } from './answer.ts';
import { cacheKey } from './cache/cache-key.ts';
import type { EngineContext } from './context.ts';
import { createWork, recipesOf } from './create-work.ts';
import type { CreditBudget } from './credits/credit-budget.ts';
import { LeadGenError } from './errors.ts';
import { answerFromKept, type KeptAnswer, packAnswer } from './kept-document.ts';
import { scopeOf } from './kept-rows.ts';
import { requestLimits } from './limits.ts';
import type { Operation, Outcome } from './operation.ts';
import { type InputOf, type Parameters, parseParameters, type RawInput } from './parameters.ts';
import { createPurse, type Payment, type Purse } from './purse.ts';
import type { Work } from './work.ts';

export interface CallOptions {
  /** The door's spelling of a parameter, for error texts. Default: the camelCase name. */
  nameOf?: (name: string) => string;
  /** Aborting it stops the work; what was not stored is not charged. */
  signal?: AbortSignal;
  /** A ceiling on this call: its upper bound must fit, or nothing runs (C16). */
  maxCredits?: number | null;
  /** A ceiling over several calls of one request. */
  budget?: CreditBudget | null;
  /** A kept answer older than this counts as a miss. */
  maxAgeSeconds?: number | null;
  /** Answer from the cache or not at all, and never charge. */
  cacheOnly?: boolean;
  /** Ties ledger entries and log lines to the request; a function is asked only where something is fetched. */
  requestId?: string | (() => string);
  /** The place in the account's queue that a whole request shares; without it the call takes one of its own (E16). */
  enterUpstream?: (accountId: number, signal: AbortSignal) => Promise<() => void>;
  /** How it is paid, where that is part of something larger. */
  payment?: Payment;
}

/**
 * One call from credentials to answer: authenticate, parse, cache, flight, hold, run, keep, settle (E1).
 * Throws `LeadGenError` of the error table; nothing is charged on any error.
 */
export async function execute<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: { operation: Operation<P, Data>; raw: RawInput; credentials: Credentials } & CallOptions,
): Promise<Answer<Data>> {
  const { operation, credentials } = call;
  const parsed = tryParse(context, operation, call.raw, call.nameOf);
  const key = 'input' in parsed ? answerKey(context, operation, parsed.input, credentials.userId) : null;
  const { account, kept } = await identify(context, credentials, key, call.signal ?? neverAborted);
  checkOperation(account, operation);
  await context.admit?.(account.id);
  // The parameters are judged after the key (E1).
  if ('error' in parsed) throw parsed.error;
  return executeFor(context, { ...call, account, input: parsed.input, ...(kept === undefined ? {} : { kept }) });
}

/** Who calls, and the kept answer with it: from memory, or both in one round trip. */
async function identify(
  context: EngineContext,
  credentials: Credentials,
  key: string | null,
  signal: AbortSignal,
): Promise<{ account: Account; kept?: KeptAnswer | null }> {
  const { authenticator, answers } = context;
  const known = authenticator.knows(credentials);
  if (known) return { account: known };
  if (key === null || answers.peek(key)) return { account: await authenticator.authenticate(credentials, signal) };
  const { account, answer } = await authenticator.authenticateAndRead({ ...credentials, answerKey: key }, signal);
  return { account, kept: answer && answers.remember(key, answer) };
}

/** Everything that is checked before the cache is asked, and nothing else (E8): the key, the parameters, the recipe. */
export async function checkCall<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: {
    operation: Operation<P, Data>;
    raw: RawInput;
    credentials: Credentials;
    nameOf: (name: string) => string;
    signal: AbortSignal;
  },
): Promise<void> {
  const { operation, nameOf } = call;
  const account = await context.authenticator.authenticate(call.credentials, call.signal);
  checkOperation(account, operation);
  const input = parseInput(context, operation, call.raw, nameOf);
  await operation.resolve?.(input, { nameOf, resolveRecipe: recipesOf(context, account) });
}

const neverAborted = new AbortController().signal;

/** The parameters of one call, typed. Throws `missing_param` or `invalid_param`. */
export function parseInput<P extends Parameters, Data extends object>(
  context: EngineContext,
  operation: Operation<P, Data>,
  raw: RawInput,
  nameOf: (name: string) => string = (name) => name,
): InputOf<P> {
  const input = parseParameters(operation.parameters, raw, {
    nameOf,
    defaults: context.settings,
    ...(operation.isRequired ? { isRequired: operation.isRequired } : {}),
  });
  return operation.refine ? operation.refine(input, { crawlAllow: context.crawlAllow, nameOf }) : input;
}

/** The same for a caller who is known and parameters that are parsed: edges, lists, batches. */
export async function executeFor<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: { operation: Operation<P, Data>; account: Account; input: InputOf<P>; kept?: KeptAnswer | null } & CallOptions,
): Promise<Answer<Data>> {
  checkOperation(call.account, call.operation);
  const answer = await answerOrFetch(context, call);
  context.onAnswer?.(call.operation.key, answer.credits);
  return answer;
}

async function answerOrFetch<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: { operation: Operation<P, Data>; account: Account; input: InputOf<P>; kept?: KeptAnswer | null } & CallOptions,
): Promise<Answer<Data>> {
  const { operation, account } = call;
  const input = operation.resolve
    ? await operation.resolve(call.input, {
        nameOf: call.nameOf ?? ((name) => name),
        resolveRecipe: recipesOf(context, account),
      })
    : call.input;
  const key = answerKey(context, operation, input, account.id);
  if (!operation.freshness || key === null) return underDeadline(context, { ...call, input }, ({ run }) => run());

  const ownSeconds = operation.freshness.seconds(context.settings);
  const seconds = typeof call.maxAgeSeconds === 'number' ? Math.min(ownSeconds, call.maxAgeSeconds) : ownSeconds;
  const isYoung = (kept: KeptAnswer) => context.clock.now() - kept.fetchedAt < seconds * 1000;
  const kept = call.kept === undefined ? (context.answers.peek(key) ?? (await context.answers.read(key))) : call.kept;
  if (kept && isYoung(kept)) return answerFromKept(operation, input, kept);
  if (call.cacheOnly) throw new LeadGenError('not_cached');
  return underDeadline(context, { ...call, input }, ({ run, signal }) =>
    fly(context, { operation, input, key, isYoung, run, signal }),
  );
}

/** What only a call that is not answered from the cache needs: a deadline, a purse, the operation's view of the context. */
async function underDeadline<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: { operation: Operation<P, Data>; account: Account; input: InputOf<P> } & CallOptions,
  go: (parts: { run: () => Promise<Answer<Data>>; signal: AbortSignal }) => Promise<Answer<Data>>,
): Promise<Answer<Data>> {
  const { operation, account, input } = call;
  const deadline = AbortSignal.timeout(requestLimits.requestMillisecondsMax);
  const signal = call.signal ? AbortSignal.any([deadline, call.signal]) : deadline;
  const requestId = typeof call.requestId === 'function' ? call.requestId() : (call.requestId ?? context.newId());
  const purse = createPurse(
    context,
    {
      account,
      operation,
      requestId,
      maxCredits: call.maxCredits ?? null,
      budget: call.budget ?? null,
      payment: call.payment ?? null,
    },
    signal,
  );
  const work = createWork(context, { ...call, purse, signal });
  const enter = call.enterUpstream ?? context.upstreamQueue.enter;
  const run = () => runAndSettle(context, { operation, account, input, work, purse, enter, signal });
  return go({ run, signal });
}

/** Leads the fetch of an answer, or gets it from the one who leads (C22). */
async function fly<P extends Parameters, Data extends object>(
  context: EngineContext,
  {
    operation,
    input,
    key,
    isYoung,
    run,
    signal,
  }: {
    operation: Operation<P, Data>;
    input: InputOf<P>;
    key: string;
    isYoung: (kept: KeptAnswer) => boolean;
    run: () => Promise<Answer<Data>>;
    signal: AbortSignal;
  },
): Promise<Answer<Data>> {
  for (;;) {
    let mine: Answer<Data> | null = null;
    let led = false;
    try {
      const { body } = await context.flights.lead({
        key,
        signal,
        reread: async () => {
          const stored = await context.answers.readStored(key);
          return stored && isYoung(stored) ? stored.body : null;
        },
        run: async () => {
          led = true;
          mine = await run();
          return packAnswer(mine);
        },
      });
      return mine ?? answerFromKept(operation, input, { body, fetchedAt: context.clock.now() });
    } catch (error) {
      // The leader's own trouble (its credits, its ceiling, its caller leaving) is not the follower's, who leads then (C22).
      if (!led && isLeadersOwn(error) && !signal.aborted) continue;
      throw error;
    }
  }
}

async function runAndSettle<P extends Parameters, Data extends object>(
  context: EngineContext,
  call: {
    operation: Operation<P, Data>;
    account: Account;
    input: InputOf<P>;
    work: Work;
    purse: Purse;
    enter: (accountId: number, signal: AbortSignal) => Promise<() => void>;
    signal: AbortSignal;
  },
): Promise<Answer<Data>> {
  const { operation, account, input, work, purse } = call;
  const leave = await call.enter(account.id, call.signal);
  try {
    // Places knows its bound only when it has the list; everybody else's is fixed (C16).
    if (!operation.holdsItself) await purse.reserve(operation.priceMax);
    const outcome = await operation.run(work, input);
    if (outcome.keep) await keep(context, operation, input, account.id, outcome);
    const bill = await purse.settle(outcome);
    return { data: outcome.data, coverage: outcome.coverage, credits: { ...bill, cached: false }, keptAs: null };
  } catch (error) {
    await purse.release();
    throw timedOut(operation, call.signal, error);
  } finally {
    leave();
  }
}

export function answerKey<P extends Parameters, Data extends object>(
  context: EngineContext,
  operation: Operation<P, Data>,
  input: InputOf<P>,
  accountId: number,
): string | null {
  const parts = operation.freshness?.keyOf(input) ?? null;
  return parts && cacheKey({ namespace: operation.name, parts, scope: scopeOf(context, accountId) });
}

async function keep<P extends Parameters, Data extends object>(
  context: EngineContext,
  operation: Operation<P, Data>,
  input: InputOf<P>,
  accountId: number,
  outcome: Outcome<Data>,
): Promise<void> {
  const key = answerKey(context, operation, input, accountId);
  if (key === null) return;
  await context.answers.write({
    key,
    namespace: operation.name,
    accountId: scopeOf(context, accountId),
    body: packAnswer(outcome),
    fetchedAt: context.clock.now(),
  });
}

function tryParse<P extends Parameters, Data extends object>(
  context: EngineContext,
  operation: Operation<P, Data>,
  raw: RawInput,
  nameOf: ((name: string) => string) | undefined,
): { input: InputOf<P> } | { error: LeadGenError } {
  try {
    return { input: parseInput(context, operation, raw, nameOf) };
  } catch (error) {
    if (error instanceof LeadGenError) return { error };
    throw error;
  }
}

export function checkOperation(account: Account, operation: { key: string }): void {
  if (account.operations === null || account.operations.includes(operation.key)) return;
  throw new LeadGenError('invalid_api_key', `This key may not call ${operation.key}.`);
}

function isLeadersOwn(error: unknown): boolean {
  if (!(error instanceof LeadGenError)) return true;
  return error.code === 'insufficient_credits' || error.code === 'max_credits_exceeded' || error.code === 'overloaded';
}

/** A call that met its deadline failed upstream; one whose caller left has nobody to tell. */
function timedOut(operation: Pick<Operation, 'upstreamError'>, signal: AbortSignal, error: unknown): unknown {
  if (error instanceof LeadGenError || !signal.aborted) return error;
  return new LeadGenError(operation.upstreamError, 'No answer within the time limit.', { cause: error });
}
