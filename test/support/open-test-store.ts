import { cp, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openCliStore } from '../../packages/engine/src/store/open-cli-store.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { createTestDatabaseOn } from './create-test-database.ts';
import { scratchFolder } from './scratch-folder.ts';
import { createTestLog } from './test-log.ts';

export type StoreKind = Store['kind'];
export const storeKinds: readonly StoreKind[] = ['postgres', 'pglite'];

export interface TestStore {
  kind: StoreKind;
  store: Store;
  /** Where the PostgreSQL database is; null for the embedded one. */
  databaseUrl: string | null;
  /** A second store on the same database, as another process would open it: on the embedded one through the socket. */
  openAnother(): Promise<Store>;
  close(): Promise<void>;
}

/** A database of its own, empty but for its tables. */
export async function openTestStore(kind: StoreKind): Promise<TestStore> {
  const { log } = createTestLog();
  const target = kind === 'pglite' ? { dataDir: await copyEmbedded() } : { databaseUrl: await createTestDatabase() };
  const store = await openStore({ ...target, schema: 'leadgen', log });
  await migrate(store);
  const others = new Set<Store>();
  return {
    kind,
    store,
    databaseUrl: target.databaseUrl ?? null,
    async openAnother() {
      const another = await openCliStore({ ...target, schema: 'leadgen', log });
      others.add(another);
      const close = async () => {
        if (others.delete(another)) await another.close();
      };
      return { ...another, close };
    },
    async close() {
      await Promise.all([...others].map((each) => each.close()));
      await store.close();
      if (target.dataDir) await rm(target.dataDir, { recursive: true, force: true });
    },
  };
}

async function askDoor(path: string): Promise<string> {
  const answer = await fetch(`${inject('databasesDoor')}${path}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

/** A folder with an empty embedded database that has its tables: a new one, or `folder`. */
export async function copyEmbedded(folder?: string): Promise<string> {
  const target = folder ?? (await scratchFolder('leadgen-test-'));
  await cp(await askDoor('/embedded'), target, { recursive: true });
  return target;
}

/** An empty database on the run's PostgreSQL; answers its URL. */
export async function createTestDatabase(): Promise<string> {
  return createTestDatabaseOn(await askDoor('/postgres'));
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
