import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { searchLimits } from './search-limits.ts';

/** A result page that no parser understood. */
export interface UnknownPage {
  engine: string;
  provider: string;
  url: string;
  status: number;
  contentType: string;
  html: Uint8Array;
}

export type SavePage = (page: UnknownPage) => Promise<void>;

/**
 * Keeps copies of unreadable result pages for the operator, in a folder that never grows beyond its bounds: the oldest go first.
 * Keys are removed. Never throws: a full disk must not fail a call for a second reason.
 */
export function createPageSaver(deps: {
  folder: string;
  clock: Clock;
  log: Log;
  /** Configured keys, taken out wherever they stand. */
  secrets?: readonly string[];
}): SavePage {
  const { folder, clock, log, secrets = [] } = deps;
  let queue = Promise.resolve();
  let serial = 0;

  async function save(page: UnknownPage): Promise<void> {
    const { engine, provider, status, contentType, url } = page;
    // Two dashes would end the comment.
    const what = `${engine} by ${provider}, status ${status}, ${contentType}, ${url}`.replaceAll('--', '- -');
    const body = Buffer.from(page.html).subarray(0, searchLimits.savedPageBytesMax);
    // latin1 keeps each byte as it is, so a page in any charset comes out of the replacing unharmed.
    const bytes = Buffer.concat([
      Buffer.from(`<!-- ${withoutKeys(what, secrets)} -->\n`),
      Buffer.from(withoutKeys(body.toString('latin1'), secrets), 'latin1'),
    ]);
    await mkdir(folder, { recursive: true });
    await makeRoom(folder, bytes.length);
    serial += 1;
    const at = new Date(clock.now()).toISOString().replaceAll(':', '-');
    await writeFile(join(folder, `${at}-${engine}-${process.pid}-${serial}.html`), bytes, { mode: 0o600 });
  }

  return (page) => {
    queue = queue.then(() =>
      save(page).catch((error: unknown) => log.warn({ err: error }, 'a result page could not be saved')),
    );
    return queue;
  };
}

/** Deletes the oldest pages (their names begin with their time) until one more fits. */
async function makeRoom(folder: string, bytesWanted: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.html')).sort();
  // Another process may delete the same file first.
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  let bytes = sizes.reduce((sum, size) => sum + size, bytesWanted);
  let count = names.length;
  for (const [index, name] of names.entries()) {
    if (count < searchLimits.savedPagesMax && bytes <= searchLimits.savedPagesBytesMax) return;
    await rm(join(folder, name), { force: true });
    count -= 1;
    bytes -= sizes[index] ?? 0;
  }
}

function withoutKeys(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, '[removed]').replaceAll(encodeURIComponent(secret), '[removed]');
  }
  // One class, one bounded repetition: linear.
  return clean.replace(
    /\b(api_?key|key|token|access_token|license|licence)(=|%3D|&#61;)[\w.~%+-]{8,400}/gi,
    '$1$2[removed]',
  );
}
