import { batchLimits, operations } from '@leadgen/engine';

const batchErrors = ['400', '401', '404', '429', '500', '503'];

/** The paths of batches in OpenAPI. They stand at the root of the server and take more kinds of credentials than the others. */
export const batchPaths: Record<string, object> = {
  '/batches': {
    ...place(),
    post: operation({
      operationId: 'submitBatch',
      summary: 'Send many inputs of one operation to the workers.',
      description: `Up to ${batchLimits.inputsMax} inputs; the body is read as it comes, its keys in any order. An input that is none is a free row with an error.`,
      parameters: [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'The same order under the same key within 24 hours is the same batch.',
          schema: { type: 'string', maxLength: 255 },
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/BatchOrder' },
            example: { operation: 'websiteCrawl', inputs: [{ domain: 'example.com' }], maxCredits: 500 },
          },
        },
      },
      responses: {
        '202': json('The batch is in the queue.', {
          type: 'object',
          required: ['id'],
          additionalProperties: false,
          properties: { id: { type: 'string', format: 'uuid' } },
        }),
      },
      errors: ['400', '401', '408', '429', '500', '503'],
    }),
  },
  '/batches/{id}': {
    ...place([id()]),
    get: operation({
      operationId: 'getBatch',
      summary: 'How far a batch is.',
      responses: { '200': json('The batch.', { $ref: '#/components/schemas/Batch' }) },
    }),
    delete: operation({
      operationId: 'cancelBatch',
      summary: 'Cancel what has not started; what runs, ends.',
      responses: { '200': json('The batch.', { $ref: '#/components/schemas/Batch' }) },
    }),
  },
  '/batches/{id}/results.jsonl': results('getBatchResultsJsonl', 'a JSON document a line', {
    'application/jsonl': { schema: { $ref: '#/components/schemas/BatchRow' } },
  }),
  '/batches/{id}/results.json': results('getBatchResults', 'a list', {
    'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/BatchRow' } } },
  }),
  '/batches/{id}/results.csv': results(
    'getBatchResultsCsv',
    "CSV: index, the inputs' columns, status, error_code, credits_used, the answer's fields; a line for each row of an answer",
    { 'text/csv': { schema: { type: 'string' } } },
  ),
};

export const batchSchemas: Record<string, object> = {
  BatchOrder: {
    type: 'object',
    required: ['operation', 'inputs'],
    additionalProperties: false,
    properties: {
      operation: { type: 'string', enum: operations.map(({ name }) => name), description: 'Its GraphQL name.' },
      inputs: {
        type: 'array',
        minItems: 1,
        maxItems: batchLimits.inputsMax,
        description: "Objects of the operation's GraphQL arguments; other fields come back with the results.",
        items: { type: 'object', additionalProperties: true },
      },
      maxCredits: { type: ['integer', 'null'], minimum: 0, description: 'A ceiling on the whole batch.' },
      webhookUrl: {
        type: ['string', 'null'],
        format: 'uri',
        description: 'Called when the batch has ended, with the headers of Standard Webhooks.',
      },
    },
  },
  Batch: {
    type: 'object',
    required: ['id', 'operation', 'status', 'total', 'done', 'failed', 'creditsUsed'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', format: 'uuid' },
      operation: { type: 'string', enum: operations.map(({ name }) => name) },
      status: { type: 'string', enum: ['queued', 'running', 'done', 'cancelled'] },
      total: { type: 'integer', description: 'Inputs.' },
      done: { type: 'integer', description: 'Inputs that are answered.' },
      failed: { type: 'integer', description: 'Inputs that ended in an error.' },
      creditsUsed: { type: 'integer' },
    },
  },
  BatchRow: {
    type: 'object',
    required: ['index', 'input', 'creditsUsed'],
    additionalProperties: false,
    description: 'What came of one input: data or error.',
    properties: {
      index: { type: 'integer', minimum: 0 },
      input: { description: 'As it was sent.' },
      data: { type: 'object', additionalProperties: true, description: 'The answer, and what was met as coverage.' },
      error: {
        type: 'object',
        required: ['code', 'message'],
        additionalProperties: false,
        properties: { code: { type: 'string' }, message: { type: 'string' } },
      },
      creditsUsed: { type: 'integer', minimum: 0 },
    },
  },
};

/** Bearer and user ID in headers, beside those of the query string. */
export const batchSecuritySchemes: Record<string, object> = {
  bearer: { type: 'http', scheme: 'bearer', description: 'Your API key.' },
  userIdHeader: { type: 'apiKey', in: 'header', name: 'X-User-Id', description: 'Your user ID.' },
};

function place(parameters: object[] = []): object {
  return { servers: [{ url: '/' }], ...(parameters.length > 0 ? { parameters } : {}) };
}

function id(): object {
  return { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
}

function results(operationId: string, form: string, content: object): object {
  return {
    ...place([id()]),
    get: operation({
      operationId,
      summary: `The rows so far in the order of the inputs, as ${form}.`,
      responses: { '200': { description: 'The rows, streamed.', content } },
    }),
  };
}

function operation({
  responses,
  errors = batchErrors,
  ...rest
}: { operationId: string; summary: string; responses: object; errors?: string[] } & Record<string, unknown>): object {
  return {
    parameters: [],
    ...rest,
    security: [
      { bearer: [], userIdHeader: [] },
      { apiKey: [], userId: [] },
    ],
    responses: {
      ...responses,
      ...Object.fromEntries(
        errors.map((status) => [
          status,
          json('An error; nothing was charged.', { $ref: '#/components/schemas/Error' }),
        ]),
      ),
    },
  };
}

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
