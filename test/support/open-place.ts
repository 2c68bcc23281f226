import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEmbedded, createTestDatabase } from './open-test-store.ts';
import type { CommandEnvironment } from './run-leadgen.ts';
import { scratchFolder } from './scratch-folder.ts';
import { type GatewayProcess, startGatewayProcess } from './start-gateway-process.ts';

/** Where commands work: a database of its own, with a gateway beside them or none. */
export interface Place {
  environment: CommandEnvironment;
  /** For the files of a test; removed with the place. */
  folder: string;
  gateway: GatewayProcess | null;
  close(): Promise<void>;
}

export async function openPlace({
  settings = {},
  isLive = false,
  hasGateway = true,
  isPostgres = false,
}: {
  settings?: CommandEnvironment;
  isLive?: boolean;
  hasGateway?: boolean;
  isPostgres?: boolean;
} = {}): Promise<Place> {
  const folder = await scratchFolder('leadgen-cli-');
  const upstream = isLive ? 'live' : 'sandbox';
  const environment: CommandEnvironment = { LEADGEN_DATA_DIR: folder, LEADGEN_UPSTREAM: upstream, ...settings };
  if (isPostgres) environment.DATABASE_URL = await createTestDatabase();
  // Making the database is most of an embedded start.
  else await copyEmbedded(isLive ? folder : join(folder, 'sandbox'));
  const gateway = hasGateway ? await startGatewayProcess(environment) : null;
  return {
    environment,
    folder,
    gateway,
    async close() {
      await gateway?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
