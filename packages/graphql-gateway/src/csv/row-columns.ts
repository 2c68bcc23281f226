import type { z } from 'zod';

export interface RowColumn {
  /** In REST names; a field of an inner object has the object's name before its own. */
  name: string;
  read(row: Record<string, unknown>): unknown;
}

/** The flat columns of a row: values and lists of values. Lists of objects have no place in a cell. */
export function rowColumns(schema: z.ZodType): RowColumn[] {
  return Object.entries(shapeOf(schema)).flatMap(([name, field]): RowColumn[] => {
    const { type, element } = definitionOf(field);
    if (type === 'object') {
      return rowColumns(field).map((inner) => ({
        name: `${name}_${inner.name}`,
        read: (row) => inner.read((row[name] ?? {}) as Record<string, unknown>),
      }));
    }
    if (type === 'array' && element && definitionOf(element).type === 'object') return [];
    return [{ name, read: (row) => row[name] }];
  });
}

/** The list of objects that an answer is about (`results`, `reviews`); null where the answer is itself the row. */
export function rowList(schema: z.ZodType): { name: string; row: z.ZodType } | null {
  for (const [name, field] of Object.entries(shapeOf(schema))) {
    if (field.meta()?.rest === false) continue;
    const { type, element } = definitionOf(field);
    if (type === 'array' && element && definitionOf(element).type === 'object') return { name, row: element };
  }
  return null;
}

interface Definition {
  type: string;
  element?: z.ZodType;
  innerType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
}

function definitionOf(schema: z.ZodType): Definition {
  const definition = schema.def as unknown as Definition;
  return definition.type === 'nullable' ? definitionOf(definition.innerType!) : definition;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> {
  return definitionOf(schema).shape ?? {};
}
