import type { Account, CreditBudget, EngineContext } from '@leadgen/engine';
import type { Loaders } from './loaders.ts';

/** What resolvers of one request share. */
export interface GraphContext {
  engine: EngineContext;
  /** Who calls; resolvers of accounts are reached only with one. */
  account: Account | null;
  /** The admin token was given. */
  isOperator: boolean;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  /** Of the request, in ledger entries; made when it is first needed. */
  requestId: () => string;
  money: RequestMoney;
  loaders: Loaders;
  /** The request's place in the account's queue, shared by all that it starts (E16). */
  enterUpstream: (accountId: number, signal: AbortSignal) => Promise<() => void>;
  /** Unknown faults, masked and logged. */
  knownError: (error: unknown) => Error;
}

/** What a request has spent and may spend. */
export interface RequestMoney {
  used: number;
  /** The ceiling of `X-Max-Credits`; null = none. */
  budget: CreditBudget | null;
}
