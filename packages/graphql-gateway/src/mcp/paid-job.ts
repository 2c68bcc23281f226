import {
  type Answer,
  type CreditBudget,
  createCreditBudget,
  type EngineContext,
  executeFor,
  executeMany,
  LeadGenError,
  legacyShape,
  type Operation,
  operationNamed,
  parseInput,
  type RawInput,
} from '@leadgen/engine';
import { mapInOrder } from '../cli/map-in-order.ts';
import { rowList } from '../csv/row-columns.ts';
import { countedContext } from './counted-context.ts';
import type { Row } from './cut-rows.ts';
import { mcpLimits } from './limits.ts';
import type { PricedInput } from './price-ceiling.ts';
import type { ToolCall } from './tool-call.ts';
import { coverageOf, rowError, type ToolCoverage } from './tool-result.ts';
import { listMax, paidTools } from './tools.ts';

/** The work of one call, without its bounds in time and size. */
export interface Job {
  /** Rows that will come, where that is known; a job of one row tells its pages instead. */
  total: number | null;
  run(parts: {
    signal: AbortSignal;
    /** `index`: its place among the rows, `credits`: what it cost. */
    emit(row: Row, index: number, credits: number): void;
    onPage(): void;
  }): Promise<JobEnd>;
}

export interface JobEnd {
  /** Beside what the rows cost. */
  credits: number;
  coverage: ToolCoverage;
  nextPageToken?: string | null;
  /** Where every item failed: why the first one did. */
  failure?: Error | undefined;
}

/** A paid call before it is run: what it asks for, what that can cost, and how to run it under a ceiling. */
export interface PaidJob {
  inputs: PricedInput[];
  joinsMax: number;
  maxCredits: number | null;
  start(ceiling: number): Job;
}

/** Reads the arguments of a tool that runs an operation. Throws `missing_param` or `invalid_param`. */
export function paidJob(context: EngineContext, call: ToolCall, given: Record<string, unknown>): PaidJob {
  const tool = paidTools.get(call.tool)!;
  const operation = operationNamed(tool.operation);
  const maxCredits = (given.max_credits as number | undefined) ?? null;
  if (tool.list) {
    const { argument, of } = tool.list;
    const values = given[argument] as string[];
    if (values.length > listMax[argument]!) throw new LeadGenError('invalid_param', `Argument: ${argument}.`);
    const raws = values.map((value) => ({ [of]: value }));
    const nameOf = (name: string) => (name === of ? argument : name);
    return {
      inputs: raws.map((raw) => ({ operation, raw })),
      joinsMax: 0,
      maxCredits,
      start: (ceiling) => listJob(context, call, { operation, raws, nameOf, ceiling }),
    };
  }
  const parameters = tool.arguments ?? {};
  const raw = Object.fromEntries(Object.entries(parameters).map(([argument, name]) => [name, given[argument]]));
  const nameOf = (name: string) => Object.entries(parameters).find(([, each]) => each === name)?.[0] ?? name;
  // Before anybody is asked for a price.
  parseInput(context, operation, raw, nameOf);
  const joins = [...new Set((given.with ?? []) as string[])].map((name) => ({
    name,
    operation: operationNamed(tool.with![name]!),
  }));
  const joinsMax = joins.reduce((sum, join) => sum + join.operation.priceMax * mcpLimits.joinedRowsMax, 0);
  return {
    inputs: [{ operation, raw }],
    joinsMax,
    maxCredits,
    start: (ceiling) => singleJob(context, call, { operation, raw, nameOf, joins, ceiling }),
  };
}

/** One call of an operation, its rows as they are, or joined with what further operations say of each. */
function singleJob(
  engine: EngineContext,
  { account }: ToolCall,
  {
    operation,
    raw,
    nameOf,
    joins,
    ceiling,
  }: {
    operation: Operation;
    raw: RawInput;
    nameOf: (name: string) => string;
    joins: readonly { name: string; operation: Operation }[];
    ceiling: number;
  },
): Job {
  const list = rowList(operation.data)?.name ?? 'results';
  const shape = legacyShape(operation.data);
  return {
    total: null,
    async run({ signal, emit, onPage }) {
      const context = countedContext(engine, onPage);
      const input = parseInput(context, operation, raw, nameOf);
      const answer = await executeFor(context, { operation, account, input, nameOf, maxCredits: ceiling, signal });
      const rows = (shape(answer.data) as Record<string, Row[]>)[list]!;
      const {
        next_page_token,
        attributions = [],
        skipped = [],
      } = answer.data as {
        next_page_token?: string | null;
        attributions?: string[];
        skipped?: { reason: string }[];
      };
      const coverage = coverageOf(answer.coverage);
      coverage.notes.push(...skippedNotes(skipped), ...attributions);
      let credits = answer.credits.used;
      if (joins.length === 0) for (const [index, row] of rows.entries()) emit(row, index, 0);
      else {
        const budget = createCreditBudget(ceiling - credits);
        credits += await joinRows(context, { account, rows, joins, budget, signal, emit });
      }
      return {
        credits,
        coverage,
        ...(next_page_token === undefined ? {} : { nextPageToken: next_page_token }),
      };
    },
  };
}

function skippedNotes(skipped: readonly { reason: string }[]): string[] {
  const byCeiling = skipped.filter(({ reason }) => reason === 'max_credits').length;
  return byCeiling > 0 ? [`${byCeiling} places are left out: max_credits did not reach for them`] : [];
}

/** Gives each row what was asked for beside it, and the row as soon as it has everything. Answers what that cost. */
async function joinRows(
  context: EngineContext,
  call: {
    account: ToolCall['account'];
    rows: readonly Row[];
    joins: readonly { name: string; operation: Operation }[];
    budget: CreditBudget;
    signal: AbortSignal;
    emit(row: Row, index: number, credits: number): void;
  },
): Promise<number> {
  const { rows, joins, emit } = call;
  const open = rows.map(() => joins.length);
  const joined = rows.map((row) => ({ ...row }));
  const give = (index: number, name: string, value: unknown) => {
    joined[index]![name] = value;
    open[index]! -= 1;
    if (open[index] === 0) emit(joined[index]!, index, 0);
  };
  let credits = 0;
  await Promise.all(
    joins.map(async ({ name, operation }) => {
      const [parameter] = Object.keys(operation.parameters);
      const of = operation.name === 'websiteCrawl' ? 'website' : 'place_id';
      const wanted = [...rows.keys()].filter((index) => rows[index]![of] !== '');
      for (const index of rows.keys()) if (rows[index]![of] === '') give(index, name, null);
      await eachOf(
        context,
        { ...call, operation, raws: wanted.map((index) => ({ [parameter!]: rows[index]![of] })) },
        (nth, answer) => {
          if (!(answer instanceof Error)) credits += answer.credits.used;
          give(
            wanted[nth]!,
            name,
            answer instanceof Error ? { error: rowError(answer) } : joinedPart(operation, answer),
          );
        },
      );
    }),
  );
  return credits;
}

/** What a joined operation adds to a row: contacts of a site, reviews of a place. */
function joinedPart(operation: Operation, answer: Answer): unknown {
  const data = legacyShape(operation.data)(answer.data) as Row;
  if (operation.name === 'placeReviews') return data.reviews;
  const { emails, phones, social_links } = data;
  return { emails, phones, social_links, ...notOk(answer) };
}

/** Many calls of one operation, a row each. */
function listJob(
  engine: EngineContext,
  { account }: ToolCall,
  {
    operation,
    raws,
    nameOf,
    ceiling,
  }: { operation: Operation; raws: readonly RawInput[]; nameOf: (name: string) => string; ceiling: number },
): Job {
  const shape = legacyShape(operation.data);
  return {
    total: raws.length,
    async run({ signal, emit, onPage }) {
      const context = countedContext(engine, onPage);
      const budget = createCreditBudget(ceiling);
      const outcomes: (Answer | Error)[] = [];
      await eachOf(context, { operation, account, raws, nameOf, budget, signal }, (index, answer) => {
        outcomes.push(answer);
        if (answer instanceof Error) {
          emit({ ...restNames(operation, raws[index]!), error: rowError(answer) }, index, 0);
          return;
        }
        emit({ ...(shape(answer.data) as Row), ...notOk(answer) }, index, answer.credits.used);
      });
      const failed = outcomes.filter((each) => each instanceof Error);
      return {
        credits: 0,
        coverage: coverageOfAll(outcomes),
        failure: failed.length === outcomes.length ? failed[0] : undefined,
      };
    },
  };
}

/** A row that is not simply fine says so: blocked or unread is never taken for nothing there. */
function notOk({ coverage }: Answer): { coverage?: string } {
  return coverage.status === 'OK' ? {} : { coverage: coverage.status };
}

function restNames(operation: Operation, raw: RawInput): Row {
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [operation.parameters[name]?.rest ?? name, value]),
  );
}

function coverageOfAll(outcomes: readonly (Answer | Error)[]): ToolCoverage {
  const all = outcomes.flatMap((each) => {
    if (!(each instanceof Error)) return [each.coverage];
    return each instanceof LeadGenError && each.coverage ? [each.coverage] : [];
  });
  const failed = outcomes.filter((each) => each instanceof Error).length;
  const statuses = new Set(all.map(({ status }) => status));
  const [only] = statuses;
  return {
    provider: [...new Set(all.map(({ provider }) => provider))].join('+') || 'none',
    status:
      failed === 0 && statuses.size === 1 ? only! : statuses.size === 1 && only === 'BLOCKED' ? 'BLOCKED' : 'PARTIAL',
    pages_tried: all.reduce((sum, { pagesTried }) => sum + pagesTried, 0),
    notes: [
      ...(failed > 0 ? [`${failed} of ${outcomes.length} failed; each row says why, and is free`] : []),
      ...new Set(all.flatMap(({ notes }) => notes)),
    ],
  };
}

/** What is kept comes first, from one statement; the rest is fetched some at once, each in its own place of the account's queue. */
async function eachOf(
  context: EngineContext,
  call: {
    operation: Operation;
    account: ToolCall['account'];
    raws: readonly RawInput[];
    nameOf?: (name: string) => string;
    budget: CreditBudget;
    signal: AbortSignal;
  },
  onEach: (index: number, answer: Answer | Error) => void,
): Promise<void> {
  const { operation, account, raws, budget, signal, nameOf = (name: string) => name } = call;
  const kept = await executeMany(context, { operation, account, raws, nameOf, signal, cacheOnly: true });
  const missing: number[] = [];
  for (const [index, answer] of kept.entries()) {
    if (answer instanceof LeadGenError && answer.code === 'not_cached') missing.push(index);
    else onEach(index, answer);
  }
  const fetched = mapInOrder(missing, { atOnceMax: mcpLimits.itemsAtOnceMax }, async (index) => {
    let answer: Answer | Error;
    try {
      signal.throwIfAborted();
      const input = parseInput(context, operation, raws[index]!, nameOf);
      answer = await executeFor(context, { operation, account, input, nameOf, budget, signal });
    } catch (error) {
      answer = error instanceof Error ? error : new Error(String(error));
    }
    // What was interrupted says nothing of its own.
    if (!(answer instanceof Error && signal.aborted)) onEach(index, answer);
  });
  for await (const _ of fetched);
  signal.throwIfAborted();
}
