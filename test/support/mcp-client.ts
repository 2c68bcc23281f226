import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bareEnvironment, type CommandEnvironment } from './run-leadgen.ts';

/** Which revision of the protocol the client speaks: the current one, or the one before. */
export type Era = '2026-07-28' | '2025-11-25';
export const eras: readonly Era[] = ['2026-07-28', '2025-11-25'];

export interface McpAnswer {
  isError: boolean;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test names the fields that it looks at.
  data: any;
}

export interface McpTestClient {
  client: Client;
  /** What came over the wire and was no message. */
  faults: Error[];
  call(name: string, given?: Record<string, unknown>, options?: Parameters<Client['callTool']>[1]): Promise<McpAnswer>;
  close(): Promise<void>;
}

export type AskedPerson = (message: string) => 'accept' | 'decline' | 'cancel';

/** The SDK's own client over HTTP. */
export async function connectHttp(
  url: string,
  {
    apiKey,
    era = '2026-07-28',
    person,
    headers = {},
  }: { apiKey: string; era?: Era; person?: AskedPerson; headers?: Record<string, string> },
): Promise<McpTestClient> {
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', url), {
    requestInit: { headers: { authorization: `Bearer ${apiKey}`, ...headers } },
  });
  return connect(transport, era, person);
}

/** The same over the standard input and output of a real `leadgen mcp`. */
export async function connectStdio(
  environment: CommandEnvironment,
  { era = '2026-07-28', person }: { era?: Era; person?: AskedPerson } = {},
): Promise<McpTestClient> {
  const script = fileURLToPath(new URL('../../packages/graphql-gateway/leadgen.mjs', import.meta.url));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [script, 'mcp'],
    env: { ...bareEnvironment(), ...environment },
    stderr: 'pipe',
  });
  return connect(transport, era, person);
}

async function connect(
  transport: Parameters<Client['connect']>[0],
  era: Era,
  person: AskedPerson | undefined,
): Promise<McpTestClient> {
  const options: ClientOptions = {
    capabilities: person ? { elicitation: { form: {} } } : {},
    versionNegotiation: { mode: era === '2026-07-28' ? { pin: era } : 'legacy' },
  };
  const client = new Client({ name: 'leadgen-test', version: '1.0.0' }, options);
  if (person) {
    client.setRequestHandler('elicitation/create', async (request) => {
      const action = person(request.params.message);
      return action === 'accept' ? { action, content: {} } : { action };
    });
  }
  const faults: Error[] = [];
  client.onerror = (error) => void faults.push(error);
  await client.connect(transport);
  return {
    client,
    faults,
    async call(name, given = {}, callOptions) {
      const result = await client.callTool({ name, arguments: given }, callOptions);
      const [part] = result.content ?? [];
      return {
        isError: result.isError === true,
        text: part?.type === 'text' ? part.text : '',
        data: result.structuredContent,
      };
    },
    close: () => client.close(),
  };
}
