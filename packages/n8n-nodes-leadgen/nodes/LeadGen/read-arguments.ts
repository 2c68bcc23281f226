import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { GatewayOperation } from './gateway-operation';

/**
 * GraphQL arguments of one input item. A person gives text, an expression may give a number, and an AI agent an object
 * such as `{ "query": "…" }` or a list of one; all of them mean the same.
 */
export function readArguments(
  context: IExecuteFunctions,
  { parameters }: Pick<GatewayOperation, 'parameters'>,
  itemIndex: number,
): IDataObject {
  const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const values: IDataObject = {};
  for (const { name, kind, isOption } of parameters) {
    const given = isOption ? options[name] : context.getNodeParameter(name, itemIndex, undefined);
    const value = plainValue(given, name);
    if (value === undefined) {
      throw new NodeOperationError(context.getNode(), `A single value is expected for ${name}.`, {
        description: `It is ${JSON.stringify(given)?.slice(0, 200)}. Use a Split Out node to make one item of each value.`,
        itemIndex,
      });
    }
    if (value === '') continue;
    values[name] = typed(kind, value);
    if (Number.isNaN(values[name])) {
      throw new NodeOperationError(context.getNode(), `A number is expected for ${name}, not "${value}".`, {
        itemIndex,
      });
    }
  }
  return values;
}

function typed(kind: GatewayOperation['parameters'][number]['kind'], text: string): string | number | boolean {
  switch (kind) {
    case 'integer':
      return Number(text);
    case 'flag':
      return /^(?:true|1|yes|on)$/i.test(text);
    case 'choice':
      return text.toUpperCase();
    case 'text':
      return text;
  }
}

/** The text in a value of any form; undefined where it holds several or none that has this name. */
export function plainValue(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    const text = value.trim();
    if (text.startsWith('{') && text.endsWith('}')) {
      const inner = parsedObject(text);
      if (inner && name in inner) return plainValue(inner[name], name);
    }
    return text;
  }
  if (Array.isArray(value)) return value.length === 1 ? plainValue(value[0], name) : undefined;
  if (typeof value === 'object' && name in value) return plainValue((value as IDataObject)[name], name);
  return undefined;
}

function parsedObject(text: string): IDataObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as IDataObject) : null;
  } catch {
    return null;
  }
}
