import type { INodeProperties } from 'n8n-workflow';

export const retriesOption: INodeProperties = {
  displayName: 'Retries',
  name: 'retries',
  type: 'number',
  typeOptions: { minValue: 0, maxValue: 5 },
  default: 2,
  description: 'How often to try again after 429, 502, 503 or a broken connection. A call is never charged twice.',
};

export const timeoutOption: INodeProperties = {
  displayName: 'Timeout',
  name: 'timeout',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 300000,
  description: 'Time in ms to wait for the gateway to answer',
};
