import { rm } from 'node:fs/promises';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { createTestDatabase } from './open-test-store.ts';
import type { CommandEnvironment } from './run-leadgen.ts';
import { scratchFolder } from './scratch-folder.ts';
import { type GatewayProcess, startGatewayProcess } from './start-gateway-process.ts';
import { createTestLog } from './test-log.ts';

export interface LiveProcess extends GatewayProcess {
  /** The same database, seen from here. */
  store: Store;
  account: { user_id: string; api_key: string };
  get(path: string, parameters: object): Promise<{ status: number; text: string; json: Record<string, unknown> }>;
  close(): Promise<void>;
}

/** The real process on PostgreSQL, live against upstreams at one address, with an account of 1,000 credits. */
export async function startLiveProcess(upstreamUrl: string, more: CommandEnvironment = {}): Promise<LiveProcess> {
  const databaseUrl = more.DATABASE_URL ?? (await createTestDatabase());
  const { log } = createTestLog();
  const store = await openStore({ databaseUrl, dataDir: 'memory', schema: 'leadgen', log });
  await migrate(store);
  const account = { user_id: '123', api_key: 'live-process-key-0123456789' };
  await createAccount(store, { userId: 123, credits: 1_000, apiKey: account.api_key, now: new Date() });
  const folder = await scratchFolder('leadgen-live-');
  const gateway = await startGatewayProcess({
    DATABASE_URL: databaseUrl,
    LEADGEN_DATA_DIR: folder,
    SCRAPERAPI_KEY: 'scraperapi-secret-0123456789',
    SCRAPERAPI_URL: upstreamUrl,
    GOOGLE_PLACES_KEY: 'places-secret-0123456789',
    GOOGLE_PLACES_URL: upstreamUrl,
    LEADGEN_CRAWL_ALLOW: '127.0.0.1',
    ...more,
  });
  return {
    ...gateway,
    store,
    account,
    async get(path, parameters) {
      const query = new URLSearchParams({ ...account, ...parameters });
      const response = await fetch(`${gateway.url}/api/v1${path}?${query}`);
      const text = await response.text();
      return { status: response.status, text, json: JSON.parse(text) };
    },
    async close() {
      await gateway.stop();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
