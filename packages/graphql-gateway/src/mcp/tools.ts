import { type Operation, operationNamed, operations, type Parameter } from '@leadgen/engine';
import type { JSONObject } from '@modelcontextprotocol/server';
import { mcpLimits } from './limits.ts';

/** JSON Schema, as far as tools need it. */
export type JsonSchema = JSONObject;

/** One tool as `tools/list` shows it. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  inputSchema: { type: 'object'; properties: Record<string, JsonSchema>; required?: string[] };
  outputSchema: { type: 'object'; properties: Record<string, JsonSchema>; required: string[] };
  annotations: { readOnlyHint: boolean; idempotentHint?: boolean; destructiveHint?: boolean; openWorldHint?: boolean };
}

/** What agents see of an operation that is not simply all of its parameters: fewer of them, other names, lists. */
const shapes: Record<string, PaidTool> = {
  lead_search: {
    operation: 'leadSearch',
    arguments: {
      query: 'query',
      code: 'code',
      engine: 'engine',
      page: 'page',
      limit: 'resultsPerPage',
      country: 'country',
      language: 'language',
    },
    isRepeatable: true,
  },
  website_crawl: { operation: 'websiteCrawl', list: { argument: 'domains', of: 'domain' }, isRepeatable: true },
  places_search: {
    operation: 'placesSearch',
    arguments: { keyword: 'keyword', page_token: 'pageToken' },
    with: { contacts: 'websiteCrawl', reviews: 'placeReviews' },
    isRepeatable: true,
  },
  place_reviews: { operation: 'placeReviews', list: { argument: 'place_ids', of: 'placeId' }, isRepeatable: true },
  // A look at ads is always a new one, and paid as one.
  ad_spy: { operation: 'adSpy', arguments: { query: 'query', engine: 'engine' }, isRepeatable: false },
};

export interface PaidTool {
  operation: string;
  /** Argument → parameter of the operation. */
  arguments?: Record<string, string>;
  /** The argument that takes many values of one parameter. */
  list?: { argument: string; of: string };
  /** What each row can be joined with, and the operation that gives it. */
  with?: Record<string, string>;
  /** The same call again is answered from the cache. */
  isRepeatable: boolean;
}

/** The tools that run an operation, by their names. One without a shape of its own takes all of its parameters. */
export const paidTools: ReadonlyMap<string, PaidTool> = new Map([
  ...Object.entries(shapes),
  ...operations
    .filter(({ name }) => !(snakeCase(name) in shapes))
    .map((operation): [string, PaidTool] => [snakeCase(operation.name), plainShape(operation)]),
]);

function plainShape({ name, parameters, freshness }: Operation): PaidTool {
  return {
    operation: name,
    arguments: Object.fromEntries(Object.keys(parameters).map((parameter) => [snakeCase(parameter), parameter])),
    isRepeatable: freshness !== null,
  };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The operation of a tool, by the name that agents use for both. */
export function operationOfTool(name: string): Operation | null {
  const tool = paidTools.get(name);
  return tool ? operationNamed(tool.operation) : null;
}

/** How many values a list argument takes. */
export const listMax: Record<string, number> = { domains: mcpLimits.domainsMax, place_ids: mcpLimits.placeIdsMax };

const maxCredits: JsonSchema = { type: 'integer', minimum: 0, description: 'most that this call may cost' };

const textOrNull: JsonSchema = { type: ['string', 'null'] };

const outputSchema: Tool['outputSchema'] = {
  type: 'object',
  properties: {
    results: { type: 'array' },
    credits: { type: 'integer' },
    remaining: { type: 'integer' },
    coverage: { type: 'object' },
    truncated: { type: 'boolean' },
    results_id: textOrNull,
    next_cursor: textOrNull,
  },
  required: ['results', 'credits', 'remaining'],
};

const free = { readOnlyHint: true, idempotentHint: true } as const;

/** All tools, in the order in which they are listed. Their descriptions and schemas are read by a model with every conversation: each word counts. */
export const tools: readonly Tool[] = [
  ...[...paidTools].map(([name, tool]) => paidTool(name, tool)),
  {
    name: 'ad_history',
    title: 'Ad history',
    description: 'Ads seen by earlier ad_spy calls, as of a moment, or what changed since one (ISO 8601). Free.',
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string' },
        engine: parameterSchema(parameterOf('adSpy', 'engine')),
        as_of: { type: 'string' },
        since: { type: 'string' },
      },
      required: ['query'],
    },
    outputSchema,
    annotations: free,
  },
  {
    name: 'quote',
    title: 'Quote',
    description: 'Price range of calls before making them; without inputs: balance and prices. Free.',
    inputSchema: {
      type: 'object',
      properties: {
        inputs: {
          type: 'array',
          maxItems: mcpLimits.quoteInputsMax,
          items: { type: 'object', properties: { tool: { type: 'string' }, arguments: { type: 'object' } } },
        },
      },
    },
    outputSchema,
    annotations: free,
  },
  {
    name: 'batch_submit',
    title: 'Submit batch',
    description: 'Run one tool over many inputs in the background; read rows with results.',
    inputSchema: {
      type: 'object',
      properties: {
        operation: { type: 'string', enum: [...paidTools.keys()] },
        inputs: {
          type: 'array',
          items: { type: 'object' },
          maxItems: mcpLimits.batchInputsMax,
          description: 'Arguments of each, single: {"domain":"…"}',
        },
        idempotency_key: {
          type: 'string',
          description: 'Invent one per purchase; retry the same purchase with the same key: it is paid once.',
        },
        max_credits: maxCredits,
      },
      required: ['operation', 'inputs', 'idempotency_key'],
    },
    outputSchema,
    annotations: { readOnlyHint: false, idempotentHint: true, destructiveHint: false },
  },
  {
    name: 'results',
    title: 'Results',
    description: 'Rows of a batch or of a truncated answer, page by page. Free.',
    inputSchema: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        cursor: { type: 'string', description: 'next_cursor of the page before' },
        fields: { type: 'array', items: { type: 'string' }, description: 'only these columns' },
      },
      required: ['id'],
    },
    outputSchema,
    annotations: free,
  },
];

function paidTool(name: string, tool: PaidTool): Tool {
  const operation = operationNamed(tool.operation);
  const each = tool.list ? ' each' : '';
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [argument, parameter] of Object.entries(tool.arguments ?? {})) {
    properties[argument] = parameterSchema(parameterOf(tool.operation, parameter));
    if (isRequired(operation, parameter)) required.push(argument);
  }
  if (tool.list) {
    properties[tool.list.argument] = {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      maxItems: listMax[tool.list.argument]!,
    };
    required.push(tool.list.argument);
  }
  if (tool.with) {
    properties.with = {
      type: 'array',
      items: { type: 'string', enum: Object.keys(tool.with) },
      description: `joined per place, up to ${Object.values(tool.with)
        .map((name) => operationNamed(name).priceMax)
        .join(' and ')} credits more each`,
    };
  }
  properties.max_credits = maxCredits;
  return {
    name,
    title: titleOf(name),
    description: `${operation.summary} Up to ${operation.priceMax} credits${each}${tool.isRepeatable ? ', cached 0' : ''}.`,
    inputSchema: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) },
    outputSchema,
    annotations: { readOnlyHint: false, idempotentHint: tool.isRepeatable, destructiveHint: false },
  };
}

function parameterOf(operation: string, name: string): Parameter {
  const parameter = operationNamed(operation).parameters[name];
  if (!parameter) throw new Error(`${operation} has no parameter ${name}.`);
  return parameter;
}

function isRequired(operation: Operation, name: string): boolean {
  const parameter = operation.parameters[name];
  return parameter?.kind === 'text' && parameter.required === true && !operation.isRequired;
}

function parameterSchema(parameter: Parameter): JsonSchema {
  switch (parameter.kind) {
    case 'integer':
      return {
        type: 'integer',
        minimum: parameter.minimum,
        maximum: parameter.maximum,
        default: parameter.default,
      };
    case 'choice':
      return { type: 'string', enum: [...parameter.values], default: parameter.default };
    case 'flag':
      return { type: 'boolean', default: parameter.default };
    case 'text':
      return { type: 'string' };
  }
}

function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
