import { type Operation, operations } from '@leadgen/engine';
import { z } from 'zod';
import { batchPaths, batchSchemas, batchSecuritySchemes } from './batch-openapi.ts';

/** OpenAPI 3.1 of the legacy paths, from the operation definitions, and of the batches. */
export function openApi(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'LeadGen Engine REST API',
      version: '1.2.0',
      description:
        'Lead search, web site contacts, ads and their history, Google Places and reviews. Every call carries `api_key` and `user_id`, calls of batches these or the headers of GraphQL; credits are never deducted for an error, and answers from the cache are free.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }, { url: '/v2/api/v1' }],
    security: [{ apiKey: [], userId: [] }],
    paths: {
      ...Object.fromEntries(operations.map((operation) => [operation.path, { get: pathItem(operation) }])),
      ...batchPaths,
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'query', name: 'api_key', description: 'Your API key.' },
        userId: { type: 'apiKey', in: 'query', name: 'user_id', description: 'Your user ID, a positive integer.' },
        ...batchSecuritySchemes,
      },
      schemas: {
        ...batchSchemas,
        Error: {
          type: 'object',
          required: ['status', 'code', 'message'],
          additionalProperties: false,
          properties: {
            status: { const: 'error' },
            code: { type: 'string', description: 'Machine-readable code.' },
            message: { type: 'string', description: 'Human-readable description.' },
          },
        },
      },
    },
  };
}

function pathItem(operation: Operation): object {
  const errors = ['400', '401', '402', '500', '502', '503'];
  return {
    operationId: operation.name,
    summary: operation.summary,
    description: operation.pricing,
    parameters: Object.entries(operation.parameters).flatMap(([name, parameter]) => {
      if (parameter.rest === null) return [];
      const isAlwaysRequired = parameter.kind === 'text' && parameter.required === true && !operation.isRequired;
      return [
        {
          name: parameter.rest,
          in: 'query',
          required: isAlwaysRequired,
          description: parameter.description,
          schema: parameterSchema(parameter),
          ...(parameter.example === undefined ? {} : { example: parameter.example }),
          ...(name === parameter.rest ? {} : { 'x-name': name }),
        },
      ];
    }),
    responses: {
      '200': {
        description: 'The answer.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['status', 'credits_used', 'data'],
              additionalProperties: false,
              properties: {
                status: { const: 'success' },
                credits_used: {
                  type: 'integer',
                  minimum: 0,
                  maximum: operation.priceMax,
                  description: 'Credits deducted for this call.',
                },
                data: restSchema(z.toJSONSchema(operation.data, { target: 'draft-2020-12', reused: 'inline' })),
              },
            },
          },
        },
      },
      ...Object.fromEntries(
        errors.map((status) => [
          status,
          {
            description: 'An error; nothing was charged.',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
          },
        ]),
      ),
    },
  };
}

function parameterSchema(parameter: Operation['parameters'][string]): object {
  switch (parameter.kind) {
    case 'integer':
      return { type: 'integer', minimum: parameter.minimum, maximum: parameter.maximum, default: parameter.default };
    case 'choice':
      return { type: 'string', enum: [...parameter.values], default: parameter.default };
    case 'flag':
      return { type: 'boolean', default: parameter.default };
    case 'text':
      return { type: 'string', maxLength: 2048 };
  }
}

/** The JSON Schema of an answer without what REST v1 does not show. */
function restSchema(schema: unknown): unknown {
  const definitions = isRecord(schema) && isRecord(schema.$defs) ? schema.$defs : {};
  const convert = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(convert);
    if (!isRecord(node)) return node;
    if (typeof node.$ref === 'string') return convert(definitions[node.$ref.replace('#/$defs/', '')]);
    const { $schema: _schema, $defs: _defs, id: _id, rest: _rest, dateTime, ...rest } = node;
    const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, convert(value)]));
    if (dateTime === true) return { type: 'string', description: node.description, example: '2026-02-15 14:30:00' };
    if (!isRecord(node.properties)) return converted;
    const shown = Object.entries(node.properties).filter(([, field]) => !isRecord(field) || field.rest !== false);
    return {
      ...converted,
      properties: Object.fromEntries(shown.map(([name, field]) => [name, convert(field)])),
      required: shown.map(([name]) => name),
    };
  };
  return convert(schema);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
