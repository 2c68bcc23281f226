import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface TestGateway {
  url: string;
  /** A question of the demo account; throws its errors. */
  ask(query: string, variables?: object): Promise<Record<string, unknown>>;
  /** A further account; answers its key. */
  openAccount(userId: number, credits: number): Promise<string>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('../../packages/graphql-gateway/start.mjs', import.meta.url));
const adminToken = 'operator-of-this-test';

/** The gateway as a process, on its sandbox, in memory, its demo account rich. */
export async function startGateway(): Promise<TestGateway> {
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      LEADGEN_DATA_DIR: 'memory',
      LEADGEN_UPSTREAM: 'sandbox',
      LEADGEN_LOG_LEVEL: 'error',
      LEADGEN_ADMIN_TOKEN: adminToken,
      // n8n itself, so that a webhook reaches it.
      LEADGEN_CRAWL_ALLOW: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      const match = /listens on (http:\/\/[\w.:]+)/.exec(said);
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });

  async function post(headers: Record<string, string>, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { data: Record<string, unknown>; errors?: { message: string }[] };
    if (answer.errors) throw new Error(answer.errors.map(({ message }) => message).join(' '));
    return answer.data;
  }

  await post(
    { authorization: `Bearer ${adminToken}` },
    { query: 'mutation { grantCredits(userId: 1, credits: 100000, note: "test") { balance } }' },
  );
  return {
    url,
    ask: (query, variables = {}) => post({ authorization: 'Bearer demo', 'x-user-id': '1' }, { query, variables }),
    async openAccount(userId, credits) {
      const { createAccount } = await post(
        { authorization: `Bearer ${adminToken}` },
        {
          query:
            'mutation ($userId: UserId!, $credits: Int) { createAccount(userId: $userId, credits: $credits) { apiKey } }',
          variables: { userId, credits },
        },
      );
      return (createAccount as { apiKey: string }).apiKey;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
