import type { Answer } from '@leadgen/engine';
import { operations } from '@leadgen/engine';
import type { z } from 'zod';
import { builder } from './builder.ts';
import { camelCase, constantCase } from './names.ts';

/** Object types of the operations' answers, made from their schemas once. */
type RowRef = ReturnType<typeof builder.objectRef<Record<string, unknown>>>;
type AnswerRef = ReturnType<typeof builder.objectRef<Answer>>;
type FieldBuilder = Parameters<NonNullable<Parameters<typeof builder.objectType>[1]['fields']>>[0];

interface Definition {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  entries?: Record<string, string>;
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;
const objectRefs = new Map<string, RowRef>();
const enumRefs = new Map<string, unknown>();

/** Enums by their values; equal or smaller sets of engines share one. */
function enumFor(name: string, values: readonly string[]): unknown {
  const enumName = name === 'search_engine' ? 'SearchEngine' : name === 'kind' ? 'ContactKind' : camelCase(`_${name}`);
  const known = enumRefs.get(enumName);
  if (known) return known;
  const made = builder.enumType(enumName, {
    description: enumName === 'SearchEngine' ? 'A search engine.' : 'What a contact is.',
    values: Object.fromEntries(values.map((value) => [constantCase(value), { value }])),
  });
  enumRefs.set(enumName, made);
  return made;
}

/** The GraphQL type of a field: `[type, isNullable]`. */
function typeOf(name: string, schema: z.ZodType): { type: unknown; nullable: boolean } {
  const definition = definitionOf(schema);
  if (schema.meta()?.dateTime === true) return { type: 'DateTime', nullable: false };
  switch (definition.type) {
    case 'nullable':
      return { ...typeOf(name, definition.innerType!), nullable: true };
    case 'array':
      return { type: [typeOf(name, definition.element!).type], nullable: false };
    case 'object':
      return { type: objectFor(schema as z.ZodObject), nullable: false };
    case 'enum':
      return { type: enumFor(name, Object.values(definition.entries!)), nullable: false };
    case 'number':
      return {
        type: (schema as unknown as { format?: string | null }).format?.includes('int') ? 'Int' : 'Float',
        nullable: false,
      };
    case 'boolean':
      return { type: 'Boolean', nullable: false };
    default:
      return { type: 'String', nullable: false };
  }
}

function objectFor(schema: z.ZodObject): RowRef {
  const name = schema.meta()?.id;
  if (typeof name !== 'string') throw new Error('Every object of an answer has an id.');
  const known = objectRefs.get(name);
  if (known) return known;
  const ref = builder.objectRef<Record<string, unknown>>(name);
  objectRefs.set(name, ref);
  ref.implement({
    description: schema.meta()?.description ?? '',
    fields: (t) => fieldsOf(t as never, schema, (row) => row as Record<string, unknown>),
  });
  return ref;
}

function fieldsOf(t: FieldBuilder, schema: z.ZodObject, dataOf: (parent: unknown) => Record<string, unknown>): never {
  return Object.fromEntries(
    Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
      const { type, nullable } = typeOf(name, field);
      const description = field.meta()?.description ?? '';
      return [
        camelCase(name),
        t.field({
          type: type as 'String',
          nullable,
          description,
          resolve: (parent: unknown) => dataOf(parent)[name] as string,
        }),
      ];
    }),
  ) as never;
}

const charge = builder.objectRef<Answer['credits']['charges'][number]>('Charge').implement({
  description: 'One line of a bill.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The rule that applied, in words.' }),
    item: t.exposeString('item', { description: 'What was charged for: an address, a place ID, a query.' }),
    credits: t.exposeInt('credits', { description: 'Credits.' }),
  }),
});

const credits = builder.objectRef<Answer>('Credits').implement({
  description: 'What an answer cost, and why.',
  fields: (t) => ({
    used: t.int({ description: 'Credits deducted.', resolve: (answer) => answer.credits.used }),
    remaining: t.int({
      description: 'Credits available after it.',
      resolve: (answer, _arguments, context) => answer.credits.remaining ?? context.loaders.available(context),
    }),
    cached: t.boolean({
      description: 'Whether the answer came from the cache.',
      resolve: (answer) => answer.credits.cached,
    }),
    charges: t.field({
      type: [charge],
      description: 'The bill, line by line.',
      resolve: (answer) => answer.credits.charges,
    }),
  }),
});

const coverageStatus = builder.enumType('CoverageStatus', {
  description: 'What was met: nothing found is never taken for nothing there.',
  values: ['OK', 'NO_RESULTS', 'BLOCKED', 'UNKNOWN_LAYOUT', 'JS_SHELL', 'PARTIAL'] as const,
});

const coverage = builder.objectRef<Answer['coverage']>('Coverage').implement({
  description: 'What was met on the way to an answer.',
  fields: (t) => ({
    provider: t.exposeString('provider', { description: 'Who delivered.' }),
    status: t.field({ type: coverageStatus, description: 'How it went.', resolve: (each) => each.status }),
    pagesTried: t.exposeInt('pagesTried', { description: 'Upstream pages asked for.' }),
    notes: t.exposeStringList('notes', { description: 'What the caller should know.' }),
  }),
});

// Fields are made late, but edges and arguments need these types by name before.
for (const operation of operations) makeTypesOf(operation.data);

function makeTypesOf(schema: z.ZodObject): void {
  for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) typeOf(name, field);
}

/** The type of each operation's answer, by the operation's name: its data, `credits`, `coverage`. */
export const answerTypes: ReadonlyMap<string, AnswerRef> = new Map(
  operations.map((operation): [string, AnswerRef] => {
    const name = operation.data.meta()?.id as string;
    const ref = builder.objectRef<Answer>(name);
    ref.implement({
      description: operation.data.meta()?.description ?? '',
      fields: (t) => ({
        ...(fieldsOf(
          t as never,
          operation.data,
          (answer) => (answer as Answer).data as Record<string, unknown>,
        ) as object),
        credits: t.field({ type: credits, description: 'What it cost, and why.', resolve: (answer) => answer }),
        coverage: t.field({
          type: coverage,
          description: 'What was met on the way.',
          resolve: (answer) => answer.coverage,
        }),
      }),
    });
    return [operation.name, ref];
  }),
);

/** The type of a row of an answer (`Place`, `Ad`, `LeadSearchResult`), for the edges that hang on it. */
export function rowType(name: string): RowRef {
  const ref = objectRefs.get(name);
  if (!ref) throw new Error(`There is no type ${name}.`);
  return ref;
}

/** The enum of the engines, for arguments. */
export function searchEngineEnum(): 'String' {
  return enumRefs.get('SearchEngine') as 'String';
}
