import SchemaBuilder from '@pothos/core';
import { Kind } from 'graphql';
import type { GraphContext } from './graph-context.ts';

/** The one Pothos builder; every file of this folder adds its types to it. */
export const builder = new SchemaBuilder<{
  Context: GraphContext;
  DefaultFieldNullability: false;
  Scalars: {
    UserId: { Input: number; Output: number };
    DateTime: { Input: Date; Output: Date | string };
    JSON: { Input: unknown; Output: unknown };
  };
}>({ defaultFieldNullability: false });

builder.scalarType('UserId', {
  description: 'A user ID: an integer from 1 to 2^53 − 1.',
  serialize: Number,
  parseValue: readUserId,
  parseLiteral: (node) => readUserId(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : null),
});

builder.scalarType('DateTime', {
  description: 'A moment, ISO 8601 in UTC.',
  serialize: (value) => (value instanceof Date ? value : new Date(value)).toISOString(),
  parseValue: readDate,
  parseLiteral: (node) => readDate(node.kind === Kind.STRING ? node.value : null),
});

builder.scalarType('JSON', { description: 'Any JSON value.', serialize: (value) => value });

builder.queryType({
  description: 'Everything that can be asked. Paid fields carry @price with the highest price of one call.',
});
builder.mutationType({ description: 'Changes to an account, by its owner or by the operator.' });
builder.subscriptionType({ description: 'Events, by server-sent events.' });

function readUserId(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
    throw new TypeError('A user ID is an integer from 1 to 9007199254740991.');
  }
  return number;
}

function readDate(value: unknown): Date {
  const date = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime()))
    throw new TypeError('A moment is written in ISO 8601, such as 2026-05-01T12:00:00Z.');
  return date;
}
