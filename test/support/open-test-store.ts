import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { createTestLog } from './test-log.ts';

export type StoreKind = Store['kind'];
export const storeKinds: readonly StoreKind[] = ['postgres', 'pglite'];

export interface TestStore {
  kind: StoreKind;
  store: Store;
  /** Where the database is, for a process of its own; null in memory. */
  databaseUrl: string | null;
  /** A second store on the same database, as another process would open it; in memory there is but the one. */
  openAnother(): Promise<Store>;
  close(): Promise<void>;
}

/** A database of its own, empty but for its tables. */
export async function openTestStore(kind: StoreKind): Promise<TestStore> {
  const { log } = createTestLog();
  if (kind === 'pglite') {
    const store = await openStore({ dataDir: 'memory', schema: 'leadgen', log });
    await migrate(store);
    const openAnother = async () => ({ ...store, close: async () => {} });
    return { kind, store, databaseUrl: null, openAnother, close: () => store.close() };
  }
  const databaseUrl = await createTestDatabase();
  const store = await openStore({ databaseUrl, schema: 'leadgen', log });
  await migrate(store);
  const stores = new Set([store]);
  return {
    kind,
    store,
    databaseUrl,
    async openAnother() {
      const another = await openStore({ databaseUrl, schema: 'leadgen', log });
      stores.add(another);
      const close = async () => {
        if (stores.delete(another)) await another.close();
      };
      return { ...another, close };
    },
    async close() {
      await Promise.all([...stores].map((each) => each.close()));
    },
  };
}

/** An empty database on the run's PostgreSQL; answers its URL. */
export async function createTestDatabase(): Promise<string> {
  const answer = await fetch(inject('postgresDoor'));
  const server = await answer.text();
  if (!answer.ok) throw new Error(server);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** One suite over both databases. The store is open while its tests run. */
export function forEachStore(suite: (opened: () => TestStore) => void): void {
  for (const kind of storeKinds) {
    describe(`on ${kind}`, () => {
      let opened: TestStore;
      beforeAll(async () => {
        opened = await openTestStore(kind);
      });
      afterAll(() => opened?.close());
      suite(() => opened);
    });
  }
}
