import { statfsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bytesFreeMin = 2 * 1024 ** 3;

/** A new folder for a test's files: in memory where the machine has such a place and room in it, which spares waiting for disks. */
export function scratchFolder(prefix: string): Promise<string> {
  return mkdtemp(join(hasRoom('/dev/shm') ? '/dev/shm' : tmpdir(), prefix));
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > bytesFreeMin;
  } catch {
    return false;
  }
}
