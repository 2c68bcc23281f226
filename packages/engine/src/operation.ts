import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { InputOf, Parameters, RawInput } from './parameters.ts';
import type { EngineSettings } from './settings.ts';
import type { Work } from './work.ts';

/** What was met on the way, so that nothing found is never taken for nothing there. */
export interface Coverage {
  /** Who delivered: a SERP or places provider, `crawler`. */
  provider: string;
  status: 'OK' | 'NO_RESULTS' | 'BLOCKED' | 'UNKNOWN_LAYOUT' | 'JS_SHELL' | 'PARTIAL';
  /** Upstream pages asked for. */
  pagesTried: number;
  notes: string[];
}

/** One line of a bill. The sum over an answer's charges is what was deducted. */
export interface Charge {
  /** The rule that applied, in words: `more than 7 results: 10 credits flat`. */
  rule: string;
  /** What was charged for: an address, a place ID, a query. */
  item: string;
  credits: number;
}

/** What `run` gives back. `keep: false` = an empty answer, which is not cached (H4). */
export interface Outcome<Data> {
  data: Data;
  coverage: Coverage;
  charges: Charge[];
  keep: boolean;
}

/** One operation, defined once; REST, GraphQL, CLI, n8n, OpenAPI and MCP are derived from it. */
export interface Operation<P extends Parameters = Parameters, Data extends object = object> {
  /** The GraphQL field. */
  name: string;
  /** The command, and the name in a key's list of operations. */
  key: 'search' | 'crawl' | 'ads' | 'places' | 'reviews';
  /** Below `/api/v1`. */
  path: string;
  summary: string;
  /** How it is priced, in the reference's words. */
  pricing: string;
  parameters: P;
  isRequired?: (name: string, raw: RawInput) => boolean;
  /** The answer; fields marked `rest: false` exist on the other doors alone. Key order is the REST order. */
  data: z.ZodObject;
  /** What an upstream failure is called (E14). */
  upstreamError: ErrorCode;
  /** The highest possible price of one call, credits. */
  priceMax: number;
  /** The lowest price of one call that is not answered from the cache, credits. */
  priceMin: (settings: EngineSettings) => number;
  /**
   * Whole answers that are kept: for how long, and what makes two calls equal (`keyOf` is null while the input still has to be resolved).
   * Null: the operation keeps its own rows (places) or none (ads).
   */
  freshness: null | {
    seconds: (settings: EngineSettings) => number;
    keyOf: (input: InputOf<P>) => readonly (string | number)[] | null;
  };
  /** The operation takes its hold inside `run`, because its bound is known only then (places). */
  holdsItself?: true;
  /** Checks and normal forms beyond the single parameter; throws `invalid_param`. */
  refine?: (input: InputOf<P>, work: Pick<Work, 'crawlAllow' | 'nameOf'>) => InputOf<P>;
  /** Looks up what the parameters only name (a recipe's dork); throws `invalid_code`. */
  resolve?: (input: InputOf<P>, work: Pick<Work, 'resolveRecipe' | 'nameOf'>) => Promise<InputOf<P>>;
  /** Fits a kept answer to this call: its own query text (H1), `cached: true`. */
  present?: (data: Data, input: InputOf<P>, cached: boolean) => Data;
  run: (work: Work, input: InputOf<P>) => Promise<Outcome<Data>>;
}

/** Keeps the types of parameters and data together. */
export function defineOperation<const P extends Parameters, Data extends object>(
  operation: Operation<P, Data>,
): Operation<P, Data> {
  return operation;
}
