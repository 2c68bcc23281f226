import type { INodeProperties } from 'n8n-workflow';
import { batchProperties } from './batch/batch-properties';
import { retriesOption, timeoutOption } from './call-options';
import { operationProperties } from './generated/operations';
import { operationChoices } from './operation-choices';

const pagedShown = { resource: ['lead', 'ad', 'place'], operation: ['search'] };

const resourceProperty: INodeProperties = {
  displayName: 'Resource',
  name: 'resource',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'Account', value: 'account' },
    { name: 'Ad', value: 'ad' },
    { name: 'Batch', value: 'batch' },
    { name: 'Lead', value: 'lead' },
    { name: 'Place', value: 'place' },
    { name: 'Website', value: 'website' },
  ],
  default: 'lead',
};

const accountProperties: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: ['account'] } },
    options: [
      {
        name: 'Get',
        value: 'get',
        description: 'Get balance, usage of the last 30 days, keys and recipes. Free.',
        action: 'Get the account',
      },
      {
        name: 'Quote',
        value: 'quote',
        description: 'Get the price of calls before they are made. Free; nothing is fetched.',
        action: 'Quote the price of calls',
      },
    ],
    default: 'get',
  },
  {
    displayName: 'Operation to Quote',
    name: 'quoteOperation',
    type: 'options',
    displayOptions: { show: { resource: ['account'], operation: ['quote'] } },
    options: operationChoices,
    default: 'leadSearch',
  },
  {
    displayName: 'Input',
    name: 'quoteInput',
    type: 'string',
    required: true,
    displayOptions: { show: { resource: ['account'], operation: ['quote'] } },
    default: '',
    placeholder: 'e.g. marketing agency new york',
    description: 'The query, domain, keyword or place ID that the operation would get',
  },
];

const pagingProperties: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    displayOptions: { show: pagedShown },
    default: false,
    description: 'Whether to return all results or only up to a given limit',
    hint: 'Every page is charged; the option Max Pages is a cap',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    displayOptions: { show: { ...pagedShown, returnAll: [false] } },
    default: 50,
    description: 'Max number of results to return',
    hint: 'Left at 50, only one page is asked for. With another limit, pages are asked for until there are enough; every page is charged.',
  },
];

const searches = { show: { '/operation': ['search'] } };
const cachedOperations = { show: { '/resource': ['lead', 'place', 'website'] } };

const optionsProperty: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  displayOptions: { hide: { resource: ['batch'] } },
  default: {},
  options: [
    {
      displayName: 'Cache Only',
      name: 'cacheOnly',
      type: 'boolean',
      displayOptions: cachedOperations,
      default: false,
      description: 'Whether to answer from the cache alone: nothing is fetched and nothing charged',
    },
    {
      displayName: 'Country',
      name: 'country',
      type: 'string',
      displayOptions: searches,
      default: '',
      placeholder: 'e.g. us',
      description: 'Country of the search, two letters',
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
      displayName: 'Language',
      name: 'language',
      type: 'string',
      displayOptions: searches,
      default: '',
      placeholder: 'e.g. en',
      description: 'Language of the search, two letters',
    },
    {
      displayName: 'Max Age (Seconds)',
      name: 'maxAgeSeconds',
      type: 'number',
      typeOptions: { minValue: 0 },
      displayOptions: cachedOperations,
      default: 86400,
      description: 'How old an answer from the cache may be. 0 fetches anew, and is charged.',
    },
    {
      displayName: 'Max Credits',
      name: 'maxCredits',
      type: 'number',
      typeOptions: { minValue: 0 },
      displayOptions: { show: { '/resource': ['ad', 'lead', 'place', 'website'] } },
      default: 100,
      description:
        'The most that one run of this node may cost, over all its input items. The price is asked beforehand; what no longer fits is refused, uncharged.',
    },
    {
      displayName: 'Max Pages',
      name: 'maxPages',
      type: 'number',
      typeOptions: { minValue: 1 },
      displayOptions: searches,
      default: 10,
      description: 'The most pages to ask for, for each input item',
    },
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      displayOptions: { show: { '/resource': ['ad', 'lead', 'place', 'website'] } },
      options: [
        { name: 'One Item per Result', value: 'items' },
        { name: 'Raw Answer', value: 'raw', description: 'One item per page, with coverage and every charge' },
        { name: 'Selected Fields', value: 'selected', description: 'One item per result with the fields you name' },
      ],
      default: 'items',
      description: 'What an item is made of',
    },
    retriesOption,
    timeoutOption,
  ],
};

const websiteNotice: INodeProperties = {
  displayName: 'All input items are crawled together, 50 sites in one call',
  name: 'websiteNotice',
  type: 'notice',
  displayOptions: { show: { resource: ['website'], operation: ['crawl'] } },
  default: '',
};

export const nodeProperties: INodeProperties[] = [
  resourceProperty,
  ...operationProperties,
  ...accountProperties,
  ...batchProperties,
  ...pagingProperties,
  websiteNotice,
  optionsProperty,
];
