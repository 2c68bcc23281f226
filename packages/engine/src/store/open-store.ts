import { join } from 'node:path';
import type { Log } from '../ports/log.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** `postgres://…`; without it the embedded database in `dataDir`. */
  databaseUrl?: string;
  /** The folder of the embedded database, or `memory`. */
  dataDir?: string;
  /** Live data and the sandbox's are apart: two schemas on PostgreSQL, two folders where embedded. */
  schema: 'leadgen' | 'leadgen_sandbox';
  /** What opens the embedded folder: a start waits some seconds for a command to end, but not for another gateway. */
  opener?: 'gateway' | 'command';
  log: Log;
}

/** Opens the database; `migrate` makes its tables. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { databaseUrl, dataDir = 'memory', schema, opener = 'gateway', log } = options;
  // Each is loaded only where it is used: the embedded database alone weighs more than the rest of the process.
  if (databaseUrl) {
    const { openPostgres } = await import('./open-postgres.ts');
    return openPostgres({ databaseUrl, schema, log });
  }
  const { openEmbedded } = await import('./open-embedded.ts');
  return openEmbedded({ folder: embeddedFolder({ dataDir, schema }), dataDir, schema, opener, log });
}

/** Where the embedded database of a schema is; null = nowhere, it keeps nothing. */
function embeddedFolder({ dataDir, schema }: { dataDir: string; schema: string }): string | null {
  if (dataDir === 'memory') return null;
  return schema === 'leadgen_sandbox' ? join(dataDir, 'sandbox') : dataDir;
}
