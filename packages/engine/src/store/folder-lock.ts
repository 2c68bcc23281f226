import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeLimits } from './limits.ts';

/** What the lock file says of the process that has the folder open. */
export interface LockHolder {
  pid: number;
  /** Tells a process from a later one that got the same number; empty where the system does not say. */
  started: string;
  opener: 'gateway' | 'command';
  /** Where the holder lets other processes in. */
  socketPath: string;
}

export interface FolderLock {
  socketPath: string;
  release(): Promise<void>;
}

/** The process that a `lockFolder` was refused for; null where the error is another. */
export function holderInError(error: unknown): LockHolder | null {
  return error instanceof Error && 'folderHolder' in error ? (error.folderHolder as LockHolder) : null;
}

/** Takes the folder for this process, also from one that is dead; throws where a living one has it. */
export async function lockFolder({
  folder,
  dataDir,
  opener,
}: {
  folder: string;
  dataDir: string;
  opener: LockHolder['opener'];
}): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const holder: LockHolder = {
    pid: process.pid,
    started: startOf(process.pid),
    opener,
    socketPath: socketPathOf(folder),
  };
  const own = JSON.stringify(holder);
  const giveUpAt = performance.now() + storeLimits.folderWaitMillisecondsMax;
  for (;;) {
    if (await createWhole(path, own)) break;
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const other = parseHolder(text);
    if (!other && (await isFresh(path))) {
      await sleep(storeLimits.folderPollMilliseconds);
      continue;
    }
    if (other && (await isAlive(other))) {
      // A command ends soon; a gateway does not.
      if (opener === 'gateway' && other.opener === 'command' && performance.now() < giveUpAt) {
        await sleep(storeLimits.folderPollMilliseconds);
        continue;
      }
      const text = `LEADGEN_DATA_DIR ${dataDir} is in use by process ${other.pid}; use DATABASE_URL to run several`;
      throw Object.assign(new Error(text), { folderHolder: other });
    }
    await removeStale({ path, text });
  }
  return {
    socketPath: holder.socketPath,
    async release() {
      if ((await readFile(path, 'utf8').catch(() => null)) === own) await unlink(path).catch(() => {});
    },
  };
}

/** The file appears with its whole text, or not at all where somebody else's is there. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${process.hrtime.bigint()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    // Some file systems have no links.
    return await writeFile(path, text, { mode: 0o600, flag: 'wx' }).then(
      () => true,
      (reason: NodeJS.ErrnoException) => {
        if (reason.code === 'EEXIST') return false;
        throw reason;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moved away first and looked at again: of two processes that found the same leftover, one might move the other's new lock. */
async function removeStale({ path, text }: { path: string; text: string }): Promise<void> {
  const aside = `${path}.stale.${process.pid}.${process.hrtime.bigint()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8').catch(() => null)) !== text) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function isFresh(path: string): Promise<boolean> {
  const made = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return Date.now() - made < storeLimits.lockWriteMillisecondsMax;
}

function parseHolder(text: string): LockHolder | null {
  try {
    const holder = JSON.parse(text) as LockHolder;
    return Number.isInteger(holder.pid) && typeof holder.socketPath === 'string' ? holder : null;
  } catch {
    return null;
  }
}

async function isAlive(holder: LockHolder): Promise<boolean> {
  if (isRunning(holder.pid) && startOf(holder.pid) === holder.started) return true;
  // From a container that shares the folder, the number means nothing, the socket does.
  return answers(holder.socketPath);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The start time of a process in ticks since boot, with the boot's id. Linux only, elsewhere empty. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields?.[19] ?? ''}`;
  } catch {
    return '';
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((settle) => {
    if (process.platform !== 'win32' && !existsSync(socketPath)) return settle(false);
    const socket = connect(socketPath);
    const done = (alive: boolean) => {
      socket.destroy();
      settle(alive);
    };
    socket.setTimeout(1_000, () => done(true));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

function socketPathOf(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\leadgen-${name}`;
  const inside = join(folder, 'socket');
  return Buffer.byteLength(inside) <= storeLimits.socketPathBytesMax ? inside : join(tmpdir(), `leadgen-${name}.sock`);
}
