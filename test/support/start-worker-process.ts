import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bareEnvironment, type CommandEnvironment } from './run-leadgen.ts';

export interface WorkerProcess {
  pid: number;
  said(): string;
  ended: Promise<number | null>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

const script = fileURLToPath(new URL('../../packages/graphql-gateway/leadgen.mjs', import.meta.url));

/** `leadgen worker` as a process of its own, once it says that it is ready. */
export async function startWorkerProcess(environment: CommandEnvironment): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [script, 'worker'], {
    env: { ...bareEnvironment(), LEADGEN_LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-100_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (said.includes('worker ready')) resolve();
    });
    ended.then(() => reject(new Error(`the worker ended: ${said}`)));
  });
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
