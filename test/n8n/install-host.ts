import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun } from './run-command.ts';

const pinned = fileURLToPath(new URL('host/', import.meta.url));

/**
 * A real n8n from the lockfile in `host/`, 1.9 GB, kept between runs outside of the project; answers its folder.
 * pnpm 10 for n8n's own sake: its lockfile names `onlyBuiltDependencies` in package.json.
 */
export async function installHost(): Promise<string> {
  const lockfile = await readFile(join(pinned, 'pnpm-lock.yaml'), 'utf8');
  const { dependencies } = JSON.parse(await readFile(join(pinned, 'package.json'), 'utf8'));
  const cache = process.env.LEADGEN_TEST_N8N_CACHE ?? join(homedir(), '.cache', 'leadgen-engine');
  const folder = join(cache, `n8n-${dependencies.n8n}`);
  const marker = join(folder, 'installed-lockfile.yaml');
  if (existsSync(marker) && (await readFile(marker, 'utf8')) === lockfile) return folder;
  await mkdir(folder, { recursive: true });
  for (const name of ['package.json', 'pnpm-lock.yaml']) await copyFile(join(pinned, name), join(folder, name));
  // sqlite3 is built here. It keeps to Node-API, so that the headers of the system's Node.js serve, where the network has none.
  const hasHeaders = existsSync('/usr/include/node/node_api.h');
  await mustRun(
    'npx',
    ['-y', 'pnpm@10.34.9', 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
    {
      cwd: folder,
      env: hasHeaders ? { npm_config_nodedir: process.env.npm_config_nodedir ?? '/usr' } : {},
      timeoutSeconds: 900,
    },
  );
  await writeFile(marker, lockfile);
  return folder;
}
