import type { INodeExecutionData, INodeType, INodeTypeDescription, IPollFunctions } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { pollForNews } from './poll-for-news';
import { triggerProperties } from './trigger-properties';

/** Starts a workflow when something new is seen: an ad, a place, a contact, a finished batch, a low balance. */
export class LeadGenTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'LeadGen Trigger',
    name: 'leadGenTrigger',
    icon: { light: 'file:../../icons/leadgen.svg', dark: 'file:../../icons/leadgen.dark.svg' },
    group: ['trigger'],
    version: [1],
    subtitle: '={{ $parameter["event"] }}',
    description:
      'Starts the workflow when a new ad, a new place, a changed contact, a finished batch or a low balance is seen',
    defaults: { name: 'LeadGen Trigger' },
    polling: true,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'leadGenApi', required: true }],
    properties: triggerProperties,
  };

  async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
    return await pollForNews(this);
  }
}
