import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child {
  process: ChildProcess;
  /** The first line it printed. */
  line: string;
  /** Ends it as a crash would, without a chance to tidy up. */
  kill(): Promise<void>;
}

/** Starts a script of `children/` as a process of its own and waits for its first line. */
export async function startChild(script: string, ...args: string[]): Promise<Child> {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')));
    });
    ended.then(() => reject(new Error(`${script} ended: ${said}`)));
  });
  return {
    process: child,
    line,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
