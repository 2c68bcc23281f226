import type { z } from 'zod';

/** Turns an operation's data into the exact shape of REST v1: its keys alone, in its order, times without a zone (P9, B26). */
export type LegacyShape = (data: unknown) => unknown;

/** Builds the projection once from the schema of an operation's answer. */
export function legacyShape(schema: z.ZodType): LegacyShape {
  const meta = schema.meta();
  if (meta?.dateTime === true) return (value) => (value as string).slice(0, 19).replace('T', ' ');
  const definition = schema.def as unknown as SchemaDefinition;
  if (definition.type === 'nullable') {
    const inner = legacyShape(definition.innerType!);
    return (value) => (value === null ? null : inner(value));
  }
  if (definition.type === 'array') {
    const element = legacyShape(definition.element!);
    return element === identity ? identity : (value) => (value as unknown[]).map(element);
  }
  if (definition.type !== 'object') return identity;
  const fields = Object.entries(definition.shape!)
    .filter(([, field]) => field.meta()?.rest !== false)
    .map(([name, field]) => ({ name, project: legacyShape(field) }));
  return (value) => {
    const source = value as Record<string, unknown>;
    const target: Record<string, unknown> = {};
    for (const { name, project } of fields) target[name] = project(source[name]);
    return target;
  };
}

interface SchemaDefinition {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

const identity: LegacyShape = (value) => value;
