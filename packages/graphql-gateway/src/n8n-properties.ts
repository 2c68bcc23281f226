import { errorCodes, LeadGenError, type Operation, operations, type Parameter } from '@leadgen/engine';
import type { z } from 'zod';
import { camelCase } from './graphql/names.ts';

/** Where an operation stands in the n8n node, and what its items are made of. */
interface NodePlace {
  resource: string;
  operation: string;
  label: string;
  /** What the list of actions in n8n's node panel says. */
  action: string;
  /** The list in the answer whose rows become items; null: the answer itself is the item. */
  rows: string | null;
  /** What tells two rows apart, joined. */
  rowKey: string[];
  /** How the next page is asked for; null: there is one page. */
  paging: 'page' | 'pageToken' | null;
}

const nodePlaces: Record<string, NodePlace> = {
  leadSearch: {
    resource: 'lead',
    operation: 'search',
    label: 'Search',
    action: 'Search for leads',
    rows: 'results',
    rowKey: ['link'],
    paging: 'page',
  },
  websiteCrawl: {
    resource: 'website',
    operation: 'crawl',
    label: 'Crawl',
    action: 'Crawl a website for contacts',
    rows: null,
    rowKey: [],
    paging: null,
  },
  adSpy: {
    resource: 'ad',
    operation: 'search',
    label: 'Search',
    action: 'Search for ads',
    rows: 'results',
    rowKey: ['url', 'title', 'adText', 'searchEngine'],
    paging: 'page',
  },
  placesSearch: {
    resource: 'place',
    operation: 'search',
    label: 'Search',
    action: 'Search for places',
    rows: 'results',
    rowKey: ['placeId'],
    paging: 'pageToken',
  },
  placeReviews: {
    resource: 'place',
    operation: 'getReviews',
    label: 'Get Reviews',
    action: 'Get the reviews of a place',
    rows: 'reviews',
    rowKey: ['authorUrl', 'time', 'text'],
    paging: null,
  },
};

const engineNames: Record<string, string> = {
  google: 'Google',
  bing: 'Bing',
  yahoo: 'Yahoo',
  duckduckgo: 'DuckDuckGo',
};

/** Text of the n8n package's generated module: parameters, queries and the statuses of the error codes. */
export function n8nProperties(): string {
  return `import type { INodeProperties } from 'n8n-workflow';
import type { GatewayOperation } from '../gateway-operation';

// Made from the operation definitions of the engine by "pnpm generate"; edit those.

export const gatewayOperations: GatewayOperation[] = ${print(operations.map(gatewayOperation))};

export const operationProperties: INodeProperties[] = ${print(operations.flatMap(operationProperties))};

/** The REST status of each error code. */
export const errorStatus: Record<string, number> = ${print(
    Object.fromEntries(errorCodes.map((code) => [code, new LeadGenError(code).status])),
  )};
`;
}

function placeOf({ name }: Operation): NodePlace {
  const place = nodePlaces[name];
  if (!place) throw new Error(`The n8n node has no place for ${name}.`);
  return place;
}

function gatewayOperation(operation: Operation): object {
  const { label: _label, action: _action, ...place } = placeOf(operation);
  const parameters = Object.entries(operation.parameters);
  const hasFreshness = operation.freshness !== null || operation.holdsItself === true;
  const declarations = [
    ...parameters.map(([name, parameter]) => `$${name}: ${graphqlType(operation, name, parameter)}`),
    ...(hasFreshness ? ['$freshness: Freshness'] : []),
    '$maxCredits: Int',
  ];
  const uses = [...parameters.map(([name]) => name), ...(hasFreshness ? ['freshness'] : []), 'maxCredits'];
  return {
    name: operation.name,
    ...place,
    hasFreshness,
    enumFields: [...new Set(enumFieldsOf(operation.data))],
    parameters: parameters.map(([name, parameter]) => ({
      name,
      kind: parameter.kind,
      isOption: isOption(parameter),
    })),
    query: `query (${declarations.join(', ')}) { answer: ${operation.name}(${uses.map((name) => `${name}: $${name}`).join(', ')}) ${answerSelection(operation)} }`,
    selection: answerSelection(operation),
  };
}

/** Country and language stand among the options: most people never need them. */
const isOption = (parameter: Parameter) => parameter.kind === 'text' && parameter.twoLetters !== undefined;

function graphqlType(operation: Operation, name: string, parameter: Parameter): string {
  switch (parameter.kind) {
    case 'integer':
      return 'Int';
    case 'flag':
      return 'Boolean';
    case 'choice':
      return operation.name === 'adSpy' ? 'AdEngine' : 'SearchEngine';
    case 'text':
      return isNeeded(operation, name, parameter) ? 'String!' : 'String';
  }
}

function isNeeded(operation: Operation, name: string, parameter: Parameter): boolean {
  if (parameter.kind !== 'text' || !parameter.required) return false;
  const others = Object.fromEntries(
    Object.keys(operation.parameters).map((each) => [each, each === name ? null : 'x']),
  );
  return operation.isRequired?.(name, others) ?? true;
}

function answerSelection(operation: Operation): string {
  return `{ ${fieldsOf(operation.data)} credits { used remaining cached charges { rule item credits } } coverage { provider status pagesTried notes } }`;
}

function fieldsOf(schema: z.ZodObject): string {
  return Object.entries(schema.shape as Record<string, z.ZodType>)
    .map(([name, field]) => {
      const object = objectIn(field);
      return object ? `${camelCase(name)} { ${fieldsOf(object)} }` : camelCase(name);
    })
    .join(' ');
}

/** Names of the fields that are enums in GraphQL, where their values are written in upper case. */
function enumFieldsOf(schema: z.ZodObject): string[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const object = objectIn(field);
    if (object) return enumFieldsOf(object);
    return field.def.type === 'enum' ? [camelCase(name)] : [];
  });
}

function objectIn(schema: z.ZodType): z.ZodObject | null {
  const { type, element, innerType } = schema.def as unknown as {
    type: string;
    element?: z.ZodType;
    innerType?: z.ZodType;
  };
  if (type === 'object') return schema as z.ZodObject;
  const inner = element ?? innerType;
  return inner ? objectIn(inner) : null;
}

function operationProperties(operation: Operation): object[] {
  const place = placeOf(operation);
  const siblings = operations.filter((each) => placeOf(each).resource === place.resource);
  const shown = { show: { resource: [place.resource], operation: [place.operation] } };
  const selector = {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [place.resource] } },
    options: siblings
      .map((each) => ({
        name: placeOf(each).label,
        value: placeOf(each).operation,
        description: sentences(`${each.summary} ${each.pricing}`),
        action: placeOf(each).action,
      }))
      .sort((left, right) => left.name.localeCompare(right.name)),
    default: place.operation,
  };
  return [
    ...(siblings[0] === operation ? [selector] : []),
    ...Object.entries(operation.parameters)
      .filter(([, parameter]) => !isOption(parameter))
      .map(([name, parameter]) => parameterProperty(name, parameter, isNeeded(operation, name, parameter), shown)),
  ];
}

function parameterProperty(name: string, parameter: Parameter, required: boolean, displayOptions: object): object {
  const base = {
    displayName: titleOf(name),
    name,
    ...(required ? { required: true } : {}),
    displayOptions,
    description: sentences(parameter.description),
  };
  switch (parameter.kind) {
    case 'text':
      return {
        ...base,
        type: 'string',
        // n8n's linter takes every token for a secret.
        ...(/token/i.test(name) ? { typeOptions: { password: true } } : {}),
        default: '',
        ...(parameter.example === undefined ? {} : { placeholder: `e.g. ${parameter.example}` }),
      };
    case 'integer':
      return {
        ...base,
        type: 'number',
        typeOptions: { minValue: parameter.minimum, maxValue: parameter.maximum },
        default: parameter.default,
      };
    case 'flag':
      return { ...base, type: 'boolean', default: parameter.default };
    case 'choice':
      return {
        ...base,
        type: 'options',
        options: parameter.values.map((value) => ({ name: engineNames[value] ?? value, value })),
        default: parameter.default,
      };
  }
}

/** `resultsPerPage` → `Results Per Page`, `placeId` → `Place ID`. */
function titleOf(name: string): string {
  if (name === 'code') return 'Recipe Code';
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter}`);
  return `${words[0]!.toUpperCase()}${words.slice(1)}`.replace(/\bId$/, 'ID');
}

/** n8n ends a description with a full stop only where it has several sentences; names are those of the node. */
function sentences(text: string): string {
  const own = text
    .replaceAll('`pagetoken`', 'Page Token')
    .replaceAll('`code`', 'Recipe Code')
    .replaceAll('`query`', 'Query');
  return /[.:] [A-Z0-9]/.test(own) ? own : own.replace(/\.$/, '');
}

/** A value as TypeScript, keys bare and strings in single quotes, so that n8n's linter reads it like a hand-written one. */
function print(value: unknown, indent = ''): string {
  const inner = `${indent}\t`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (value.every((each) => typeof each === 'string')) return `[${value.map((each) => print(each)).join(', ')}]`;
    return `[\n${value.map((each) => `${inner}${print(each, inner)},\n`).join('')}${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const lines = Object.entries(value).map(([key, each]) => `${inner}${key}: ${print(each, inner)},\n`);
    return lines.length === 0 ? '{}' : `{\n${lines.join('')}${indent}}`;
  }
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return JSON.stringify(value);
}
