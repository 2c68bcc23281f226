import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeNode } from './execute-node';
import { nodeProperties } from './properties';

/** Leads, contacts, ads, places and reviews of a LeadGen gateway. */
export class LeadGen implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'LeadGen',
    name: 'leadGen',
    icon: { light: 'file:../../icons/leadgen.svg', dark: 'file:../../icons/leadgen.dark.svg' },
    group: ['input'],
    version: [1],
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description:
      'Find leads, contacts of websites, running ads, businesses on Google Maps and their reviews with your LeadGen gateway',
    defaults: { name: 'LeadGen' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [{ name: 'leadGenApi', required: true }],
    properties: nodeProperties,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await executeNode(this);
  }
}
