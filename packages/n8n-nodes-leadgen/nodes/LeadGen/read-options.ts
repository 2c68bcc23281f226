import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { gatewayLimits } from '../gateway/limits';

/** What stands under Options, with defaults. */
export interface NodeOptions {
  output: 'items' | 'raw' | 'selected';
  /** Fields to keep where the output is `selected`, as paths. */
  fields: string[];
  maxCredits: number | null;
  /** Null: not set. */
  maxPages: number | null;
  maxAgeSeconds: number | null;
  cacheOnly: boolean;
  retries: number;
  timeoutMilliseconds: number;
}

/** Throws where Max Credits is no number: no ceiling is never what was meant. */
export function readOptions(context: IExecuteFunctions, itemIndex: number): NodeOptions {
  const given = context.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
  const output = given.output === 'raw' || given.output === 'selected' ? given.output : 'items';
  return {
    output,
    fields: readFields(given.fields),
    maxCredits: readCeiling(context, given.maxCredits, itemIndex),
    maxPages: readNumber(given.maxPages) === null ? null : Math.max(1, readNumber(given.maxPages) ?? 1),
    maxAgeSeconds: readNumber(given.maxAgeSeconds),
    cacheOnly: given.cacheOnly === true,
    retries: readNumber(given.retries) ?? gatewayLimits.retriesDefault,
    timeoutMilliseconds: readNumber(given.timeout) || gatewayLimits.timeoutMillisecondsDefault,
  };
}

/** `title, link` or a list of such names. */
function readFields(value: unknown): string[] {
  const list = Array.isArray(value) ? value : String(value ?? '').split(',');
  return list.map((each) => String(each).trim()).filter((each) => each !== '');
}

function readCeiling(context: IExecuteFunctions, value: unknown, itemIndex: number): number | null {
  if (value === undefined || value === null || value === '') return null;
  const ceiling = readNumber(value);
  if (ceiling !== null) return ceiling;
  throw new NodeOperationError(context.getNode(), 'A number that is not negative is expected for Max Credits.', {
    itemIndex,
  });
}

/** A number that may come as text from an expression or an agent; null where there is none. */
function readNumber(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}
