import { type ErrorCode, LeadGenError } from '../errors.ts';
import { cacheLimits } from './limits.ts';

/** How a flight ended, as other processes read it. `body` is left out where it is long: it is in the cache then. */
type Outcome = { body?: string } | { error: { code: ErrorCode; detail?: string; retryAfterSeconds?: number } };

/** The outcome of a flight that brought an answer. */
export function outcomeOfBody(body: string): string {
  const outcome: Outcome = body.length <= cacheLimits.flightOutcomeCharactersMax ? { body } : {};
  return JSON.stringify(outcome);
}

/** The outcome of a flight that failed; null where the fault is not one of the error table, which nobody else shall inherit. */
export function outcomeOfError(error: unknown): string | null {
  if (!(error instanceof LeadGenError)) return null;
  const { code, detail, retryAfterSeconds } = error;
  const outcome: Outcome = {
    error: {
      code,
      ...(detail === undefined ? {} : { detail: detail.slice(0, cacheLimits.flightErrorCharactersMax) }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
  return JSON.stringify(outcome);
}

/** The body of an outcome (null: look into the cache); throws the leader's error. */
export function readOutcome(text: string): string | null {
  const outcome = JSON.parse(text) as Outcome;
  if (!('error' in outcome)) return outcome.body ?? null;
  const { code, detail, retryAfterSeconds } = outcome.error;
  throw new LeadGenError(code, detail, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}
