import { LeadGenError } from '@leadgen/engine';
import type { JsonSchema, Tool } from './tools.ts';

/** The arguments of a call, checked against what the tool lists. Throws `missing_param` or `invalid_param` that name the argument. */
export function readArguments(tool: Tool, given: Record<string, unknown>): Record<string, unknown> {
  const { properties, required = [] } = tool.inputSchema;
  const known = Object.keys(properties);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      throw new LeadGenError(
        'invalid_param',
        `Argument: ${JSON.stringify(name.slice(0, 100))}: ${tool.name} takes ${known.join(', ')}.`,
      );
    }
  }
  const read: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties)) {
    const value = given[name];
    if (value === undefined || value === null) {
      if (required.includes(name) && !mayBeMissing.has(name))
        throw new LeadGenError('missing_param', `Argument: ${name}.`);
      continue;
    }
    const fault = faultOf(value, schema);
    if (fault !== null) throw new LeadGenError('invalid_param', `Argument: ${name}: ${fault}.`);
    read[name] = value;
  }
  return read;
}

/** Asked for in the list of tools, so that models send it; a call without it is taken. */
const mayBeMissing: ReadonlySet<string> = new Set(['idempotency_key']);

/** What is wrong with a value; null where nothing is. Values of an operation are read once more by the operation. */
function faultOf(value: unknown, schema: JsonSchema): string | null {
  switch (schema.type) {
    case 'array': {
      if (!Array.isArray(value)) return 'a list is expected';
      const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema as { minItems?: number; maxItems?: number };
      if (value.length < minItems || value.length > maxItems) return `${minItems} to ${maxItems} values are expected`;
      return value.map((each) => faultOf(each, schema.items as JsonSchema)).find((fault) => fault !== null) ?? null;
    }
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'an object is expected';
    case 'integer': {
      const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema as { minimum?: number; maximum?: number };
      const isFine = Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      if (isFine) return null;
      return schema.maximum === undefined
        ? 'an integer from 0 is expected'
        : `an integer from ${minimum} to ${maximum} is expected`;
    }
    default: {
      if (typeof value !== 'string') return 'a text is expected';
      const { enum: values } = schema as { enum?: readonly string[] };
      if (values && !values.includes(value.trim().toLowerCase())) return `one of ${values.join(', ')} is expected`;
      return null;
    }
  }
}
