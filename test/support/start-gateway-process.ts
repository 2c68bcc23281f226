import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, type CommandEnvironment } from './run-leadgen.ts';

export interface GatewayProcess {
  pid: number;
  url: string;
  /** What its start printed. */
  banner: string;
  /** What it said on standard error: its log, the last of it. */
  said(): string;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
}

const script = fileURLToPath(new URL('../../packages/graphql-gateway/start.mjs', import.meta.url));

/** The gateway as a process of its own on a free port, ready to answer. */
export async function startGatewayProcess(environment: CommandEnvironment): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [script], {
    env: { ...bareEnvironment(), PORT: '0', LEADGEN_LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-1_000_000);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const { url, banner } = await new Promise<Pick<GatewayProcess, 'url' | 'banner'>>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const match = /listens on (http:\/\/\S+)/.exec(out);
      // The banner is written at once and ends with an empty line.
      if (match?.[1] && out.endsWith('\n\n')) resolve({ url: match[1], banner: out });
    });
    ended.then(() => reject(new Error(`the gateway ended: ${said.slice(-4_000)}`)));
  });
  return {
    pid: child.pid ?? 0,
    url,
    banner,
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
