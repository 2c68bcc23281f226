import type { INodeProperties } from 'n8n-workflow';
import { retriesOption, timeoutOption } from '../call-options';
import { operationChoices } from '../operation-choices';

const shownFor = (...operations: string[]) => ({ show: { resource: ['batch'], operation: operations } });

const operationProperty: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  displayOptions: { show: { resource: ['batch'] } },
  options: [
    {
      name: 'Get',
      value: 'get',
      description: 'Get how far a batch is and what it cost. Free.',
      action: 'Get a batch',
    },
    {
      name: 'Get Results',
      value: 'getResults',
      description: 'Get the results of a batch in the order of its inputs, those so far while it runs. Free.',
      action: 'Get the results of a batch',
    },
    {
      name: 'Submit',
      value: 'submit',
      description:
        'Send all input items as one batch that the gateway works off by itself. Each input is charged like a call of its own.',
      action: 'Submit a batch',
    },
  ],
  default: 'submit',
};

const submitProperties: INodeProperties[] = [
  {
    displayName: 'All input items become one batch, up to 100,000 of them',
    name: 'batchNotice',
    type: 'notice',
    displayOptions: shownFor('submit'),
    default: '',
  },
  {
    displayName: 'Operation to Run',
    name: 'batchOperation',
    type: 'options',
    displayOptions: shownFor('submit'),
    options: operationChoices,
    default: 'websiteCrawl',
  },
  {
    displayName: 'Inputs From',
    name: 'inputsFrom',
    type: 'options',
    displayOptions: shownFor('submit'),
    options: [
      { name: 'One Value per Item', value: 'value', description: 'The query, domain, keyword or place ID alone' },
      {
        name: 'Whole Items',
        value: 'item',
        description:
          'The fields of an item are arguments, named as in the other operations; further fields come back with the results',
      },
    ],
    default: 'value',
    description: 'What the inputs are made of',
  },
  {
    displayName: 'Input',
    name: 'batchInput',
    type: 'string',
    required: true,
    displayOptions: { show: { resource: ['batch'], operation: ['submit'], inputsFrom: ['value'] } },
    default: '',
    placeholder: 'e.g. {{ $json.domain }}',
    description: 'The query, domain, keyword or place ID of each item',
  },
];

const resultProperties: INodeProperties[] = [
  {
    displayName: 'Batch ID',
    name: 'batchId',
    type: 'string',
    required: true,
    displayOptions: shownFor('get', 'getResults'),
    default: '={{ $json.id }}',
    description: 'The ID that Submit or the trigger gave',
  },
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    displayOptions: shownFor('getResults'),
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    displayOptions: { show: { resource: ['batch'], operation: ['getResults'], returnAll: [false] } },
    default: 50,
    description: 'Max number of results to return',
    hint: 'Counted in inputs of the batch: one of them may give several items',
  },
];

const waitOption: INodeProperties = {
  displayName: 'Wait (Seconds)',
  name: 'waitSeconds',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 86400 },
  default: 300,
  description:
    'How long to wait for the batch to finish. After that it is given as it stands. Without this option nothing is waited for.',
};

const submitOptions: INodeProperties[] = [
  {
    displayName: 'Further Arguments',
    name: 'arguments',
    type: 'json',
    default: '{}',
    placeholder: 'e.g. { "engine": "bing", "country": "de" }',
    description: 'Arguments that are equal for all inputs, or differ by an expression',
  },
  {
    displayName: 'Idempotency Key',
    name: 'idempotencyKey',
    type: 'string',
    default: '',
    description:
      'The same batch under the same key is made once within 24 hours. By default every execution has a key of its own, which its retries share.',
  },
  {
    displayName: 'Max Credits',
    name: 'maxCredits',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 100,
    description: 'The most that the whole batch may cost. Inputs that no longer fit end in an error, uncharged.',
  },
  retriesOption,
  timeoutOption,
  waitOption,
  {
    displayName: 'Webhook URL',
    name: 'webhookUrl',
    type: 'string',
    default: '',
    placeholder: 'e.g. {{ $execution.resumeUrl }}',
    description:
      'Address that the gateway calls when the batch is finished, signed as Standard Webhooks. $execution.resumeUrl resumes a Wait node that waits for a webhook call by POST.',
  },
];

const getOptions: INodeProperties[] = [retriesOption, timeoutOption, waitOption];

const resultOptions: INodeProperties[] = [
  {
    displayName: 'Failed Inputs',
    name: 'errorRows',
    type: 'options',
    options: [
      {
        name: 'Keep',
        value: 'keep',
        description: 'An item with error and code; on the error output, where there is one',
      },
      { name: 'Leave Out', value: 'drop' },
    ],
    default: 'keep',
    description: 'What becomes of inputs that ended in an error',
  },
  {
    displayName: 'Fields to Keep',
    name: 'fields',
    type: 'string',
    displayOptions: { show: { output: ['selected'] } },
    default: '',
    placeholder: 'e.g. title, emails, metadata.title',
    description: 'Names of fields, separated by commas; a field inside another is written with a dot',
  },
  {
    displayName: 'Max Megabytes',
    name: 'maxMegabytes',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: 64,
    description: 'The most that one run may take into memory; more is an error',
  },
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    options: [
      {
        name: 'One Item per Result',
        value: 'items',
        description: 'As the operation itself gives them, with the input',
      },
      { name: 'Raw Answer', value: 'raw', description: 'One item per input, as the gateway keeps it, in REST names' },
      { name: 'Selected Fields', value: 'selected', description: 'One item per result with the fields you name' },
    ],
    default: 'items',
    description: 'What an item is made of',
  },
  retriesOption,
  {
    displayName: 'Start At',
    name: 'startAt',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 0,
    description: 'Index of the first input whose result is given, from 0; with Limit it takes a large batch in parts',
  },
  timeoutOption,
  waitOption,
];

const optionsProperties = (
  [
    ['submit', submitOptions],
    ['get', getOptions],
    ['getResults', resultOptions],
  ] as const
).map(
  ([operation, options]): INodeProperties => ({
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    displayOptions: shownFor(operation),
    default: {},
    options,
  }),
);

export const batchProperties: INodeProperties[] = [
  operationProperty,
  ...submitProperties,
  ...resultProperties,
  ...optionsProperties,
];
