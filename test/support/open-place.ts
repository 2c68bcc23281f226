import { rm } from 'node:fs/promises';
import { createTestDatabase } from './open-test-store.ts';
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
  hasGateway = true,
  isPostgres = false,
}: {
  settings?: CommandEnvironment;
  hasGateway?: boolean;
  isPostgres?: boolean;
} = {}): Promise<Place> {
  const folder = await scratchFolder('leadgen-cli-');
  const environment: CommandEnvironment = { LEADGEN_DATA_DIR: folder, ...settings };
  if (isPostgres) environment.DATABASE_URL = await createTestDatabase();
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
