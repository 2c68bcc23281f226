import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

export interface NodeRun {
  /** Items of each output. */
  outputs: { json: Record<string, unknown>; pairedItem?: unknown }[][];
  milliseconds: number;
  error: { message: string; description?: string; httpCode?: string; context?: { itemIndex?: number } } | null;
}

export interface Execution {
  id: string;
  status: string;
  nodes: Record<string, NodeRun>;
}

/** A running n8n with an owner who is signed in. */
export interface N8n {
  url: string;
  rest(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }>;
  /** `rest`, and the answer's `data`; throws where it is no success. */
  data<Data>(method: string, path: string, body?: object): Promise<Data>;
  /** The last execution of a workflow, when it is over. */
  lastExecution(workflowId: string): Promise<Execution>;
  executionCount(workflowId: string): Promise<number>;
  stop(): Promise<void>;
}

export interface N8nHome {
  host: string;
  folder: string;
}

export async function n8nEnvironment({ host, folder }: N8nHome): Promise<NodeJS.ProcessEnv> {
  return {
    PATH: `${join(host, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: folder,
    N8N_USER_FOLDER: folder,
    N8N_ENCRYPTION_KEY: 'a-key-of-this-test-alone',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_COMMUNITY_PACKAGES_ENABLED: 'false',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(await freePort()),
    N8N_RUNNERS_BROKER_PORT: String(await freePort()),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_SECURE_COOKIE: 'false',
    // At `error` the command line prints no result either.
    N8N_LOG_LEVEL: 'info',
    DB_TYPE: 'sqlite',
    EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
    EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
    GENERIC_TIMEZONE: 'UTC',
    NO_COLOR: '1',
  };
}

/** One n8n command, to its end. */
export async function runN8n(home: N8nHome, args: string[]): Promise<{ code: number | null; output: string }> {
  const env = await n8nEnvironment(home);
  return runCommand(process.execPath, [join(home.host, 'node_modules/n8n/bin/n8n'), ...args], {
    cwd: home.folder,
    env,
    timeoutSeconds: 300,
  });
}

const owner = { email: 'owner@example.com', firstName: 'Test', lastName: 'Owner', password: 'Passw0rd-of-test' };

export async function startN8n(home: N8nHome): Promise<N8n> {
  const env = await n8nEnvironment(home);
  const child = spawn(process.execPath, [join(home.host, 'node_modules/n8n/bin/n8n'), 'start'], {
    cwd: home.folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (said.includes('Editor is now accessible')) resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    ended.then(() => reject(new Error(`n8n ended: ${said}`)));
  });
  const url = `http://127.0.0.1:${env.N8N_PORT}`;
  let cookie = '';

  async function rest(method: string, path: string, body?: object) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const set = response.headers.getSetCookie().find((each) => each.startsWith('n8n-auth='));
    if (set) cookie = set.split(';')[0]!;
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  }

  async function data<Data>(method: string, path: string, body?: object): Promise<Data> {
    const answer = await rest(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return (answer.body as { data: Data }).data;
  }

  const setUp = await rest('POST', '/rest/owner/setup', owner);
  if (setUp.status !== 200) {
    await data('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
  }

  const executionsOf = (workflowId: string) =>
    data<{ results: { id: string; status: string; stoppedAt: string | null }[]; count: number }>(
      'GET',
      `/rest/executions?filter=${encodeURIComponent(JSON.stringify({ workflowId }))}`,
    );

  return {
    url,
    rest,
    data,
    async lastExecution(workflowId) {
      for (let tries = 0; tries < 100; tries += 1) {
        const [last] = (await executionsOf(workflowId)).results;
        if (last && !['new', 'running', 'waiting'].includes(last.status)) {
          const full = await data<{ data: string }>('GET', `/rest/executions/${last.id}`);
          return { id: last.id, status: last.status, nodes: nodeRuns(unflatten(full.data)) };
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`workflow ${workflowId} was not executed`);
    },
    executionCount: async (workflowId) => (await executionsOf(workflowId)).results.length,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(late);
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What `n8n execute --rawOutput` prints after its log lines. */
export function readRawOutput(output: string): {
  status: string;
  nodes: Record<string, NodeRun>;
  error: NodeRun['error'];
} {
  const start = output.indexOf('{\n');
  const end = output.lastIndexOf('\n}');
  const run = JSON.parse(output.slice(start, end + 2));
  return { status: run.status, nodes: nodeRuns(run.data), error: run.data.resultData.error ?? null };
}

interface RunData {
  resultData: {
    runData: Record<
      string,
      { executionTime: number; error?: NodeRun['error']; data?: { main?: (NodeRun['outputs'][number] | null)[] } }[]
    >;
  };
}

function nodeRuns(data: unknown): Record<string, NodeRun> {
  return Object.fromEntries(
    Object.entries((data as RunData).resultData.runData).map(([name, runs]): [string, NodeRun] => {
      const run = runs.at(-1)!;
      return [
        name,
        {
          outputs: (run.data?.main ?? []).map((items) => items ?? []),
          milliseconds: run.executionTime,
          error: run.error ?? null,
        },
      ];
    }),
  );
}

/** n8n keeps executions with every string and object in one table and its place there instead (the format of `flatted`). */
function unflatten(text: string): unknown {
  const table = JSON.parse(text) as unknown[];
  const made = new Map<number, unknown>();
  const revive = (index: number): unknown => {
    const value = table[index];
    if (typeof value !== 'object' || value === null) return value;
    if (made.has(index)) return made.get(index);
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
    made.set(index, copy);
    for (const [key, each] of Object.entries(value)) {
      (copy as Record<string, unknown>)[key] = typeof each === 'string' ? revive(Number(each)) : each;
    }
    return copy;
  };
  return revive(0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
