import type { TestGateway } from './start-gateway.ts';
import type { Execution, N8n, N8nHome } from './start-n8n.ts';
import type { Wire } from './start-wire.ts';
import { type LeadGenCase, type Workflow, webhookWorkflow } from './workflows.ts';

/** Everything that a check may use. */
export interface World {
  gateway: TestGateway;
  wire: Wire;
  home: N8nHome;
  n8n: N8n;
  /** Ends n8n and starts it again on the same data. */
  restart(): Promise<void>;
  /** A credential that points at the wire, through which the gateway is reached. */
  credential: { id: string; name: string };
}

/** One promise; `run` throws where it is broken, and may answer a measurement for the table. */
export interface Check {
  name: string;
  run(world: World): Promise<string | undefined>;
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for the end of a batch. */
export async function untilFinished({ gateway }: Pick<World, 'gateway'>, id: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { batch } = await gateway.ask('query ($id: ID!) { batch(id: $id) { finishedAt } }', { id });
    if ((batch as { finishedAt: string | null }).finishedAt !== null) return;
    await pause(100);
  }
  throw new Error(`batch ${id} was not finished`);
}

let made = 0;

export async function createWorkflow({ n8n }: Pick<World, 'n8n'>, workflow: Workflow): Promise<string> {
  const { id, versionId } = await n8n.data<{ id: string; versionId: string }>('POST', '/rest/workflows', workflow);
  versions.set(id, versionId);
  return id;
}

const versions = new Map<string, string>();

export async function activate({ n8n }: Pick<World, 'n8n'>, id: string): Promise<void> {
  await n8n.data('POST', `/rest/workflows/${id}/activate`, { versionId: versions.get(id) });
}

export async function deactivate({ n8n }: Pick<World, 'n8n'>, id: string): Promise<void> {
  await n8n.data('POST', `/rest/workflows/${id}/deactivate`, {});
}

export interface HookRun {
  status: number;
  body: Record<string, unknown>[];
  execution: Execution;
  workflowId: string;
}

/** A case whose credential is the world's, unless it names one. */
export type CheckCase = Omit<LeadGenCase, 'credential'> & Partial<Pick<LeadGenCase, 'credential'>>;

/** A node behind a webhook: created, activated, called with these inputs, and its execution read back. */
export async function runByWebhook(
  world: World,
  inputs: object[],
  each: CheckCase,
  options: { trace?: boolean } = {},
): Promise<HookRun> {
  const hook = await openHook(world, each, options);
  return hook(inputs);
}

/** The same, to be called several times. */
export async function openHook(
  world: World,
  each: CheckCase,
  options: { trace?: boolean } = {},
): Promise<(inputs: object[]) => Promise<HookRun>> {
  made += 1;
  const path = `check-${made}`;
  const workflow = webhookWorkflow(path, { credential: world.credential, ...each }, options);
  const workflowId = await createWorkflow(world, workflow);
  await activate(world, workflowId);
  return async (inputs) => {
    const response = await callHook(`${world.n8n.url}/webhook/${path}`, { inputs });
    const body = (await response.json()) as Record<string, unknown>[];
    return { status: response.status, body, execution: await world.n8n.lastExecution(workflowId), workflowId };
  };
}

/** n8n registers a webhook some time after its workflow was activated; until then it answers 404. */
async function callHook(url: string, body: object): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 404 || tries >= 100) return response;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
