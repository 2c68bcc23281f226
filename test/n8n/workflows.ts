import { randomUUID } from 'node:crypto';

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: Record<string, unknown>;
  [more: string]: unknown;
}

export interface Workflow {
  id?: string;
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings: object;
  active?: boolean;
}

export const node = (name: string, type: string, more: Partial<WorkflowNode>): WorkflowNode => ({
  id: randomUUID(),
  name,
  type,
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
  ...more,
});

/** Nodes one after another. */
export function chain(name: string, nodes: WorkflowNode[]): Workflow {
  const connections = Object.fromEntries(
    nodes
      .slice(0, -1)
      .map((each, index) => [each.name, { main: [[{ node: nodes[index + 1]!.name, type: 'main', index: 0 }]] }]),
  );
  return { name, nodes, connections, settings: { executionOrder: 'v1' } };
}

export interface LeadGenCase {
  parameters: Record<string, unknown>;
  credential: { id: string; name: string };
  onError?: 'continueRegularOutput' | 'continueErrorOutput';
  retryOnFail?: boolean;
}

const splitOut = (field: string) =>
  node('Split', 'n8n-nodes-base.splitOut', { parameters: { fieldToSplitOut: field, options: {} } });

export function leadGen({ parameters, credential, onError, retryOnFail }: LeadGenCase): WorkflowNode {
  return node('LeadGen', 'n8n-nodes-leadgen.leadGen', {
    parameters,
    credentials: { leadGenApi: credential },
    ...(onError ? { onError } : {}),
    ...(retryOnFail ? { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 } : {}),
  });
}

/** A webhook whose body's `inputs` become items, the node, and a trace of each output back to its input. */
export function webhookWorkflow(path: string, each: LeadGenCase, { trace = false } = {}): Workflow {
  const webhook = node('Start', 'n8n-nodes-base.webhook', {
    typeVersion: 2,
    webhookId: path,
    parameters: { path, httpMethod: 'POST', responseMode: 'lastNode', responseData: 'allEntries', options: {} },
  });
  const after = node('After', 'n8n-nodes-base.set', {
    typeVersion: 3.4,
    parameters: {
      mode: 'raw',
      jsonOutput: "={{ { of: $('Split').item.json.number, row: $json } }}",
      options: {},
    },
  });
  return chain(path, [webhook, splitOut('body.inputs'), leadGen(each), ...(trace ? [after] : [])]);
}

/** For the command line: inputs stand in the workflow itself. */
export function manualWorkflow(id: string, inputs: object[], each: LeadGenCase): Workflow {
  const start = node('Start', 'n8n-nodes-base.manualTrigger', {});
  const set = node('Inputs', 'n8n-nodes-base.set', {
    typeVersion: 3.4,
    parameters: { mode: 'raw', jsonOutput: JSON.stringify({ inputs }), options: {} },
  });
  return { id, active: false, ...chain(id, [start, set, splitOut('inputs'), leadGen(each)]) };
}
