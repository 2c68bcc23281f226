import { type Account, LeadGenError } from '@leadgen/engine';
import type { GraphContext } from './graph-context.ts';

/** The account that calls. */
export function callerOf(context: GraphContext): Account {
  if (!context.account) throw new LeadGenError('missing_api_key');
  return context.account;
}

/** Throws `forbidden` without the admin token. */
export function requireOperator(context: GraphContext): void {
  if (!context.isOperator) throw new LeadGenError('forbidden');
}
