import { expect, test } from 'vitest';
import { migrate, pendingMigrations } from '../../packages/engine/src/store/migrate.ts';
import { migrations } from '../../packages/engine/src/store/migrations/index.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { createTestDatabase } from '../support/open-test-store.ts';
import { createTestLog } from '../support/test-log.ts';

const { log } = createTestLog();
const all = migrations.map(({ name }) => name);

test('several starts at once on a new database migrate it once', async () => {
  const databaseUrl = await createTestDatabase();
  const open = () => openStore({ databaseUrl, schema: 'leadgen', log });
  const stores = await Promise.all([open(), open(), open(), open()]);
  expect(await pendingMigrations(stores[0]!)).toEqual(all);
  const applied = await Promise.all(stores.map((store) => migrate(store)));
  expect(applied.flat()).toEqual(all);
  expect(await pendingMigrations(stores[3]!)).toEqual([]);
  await Promise.all(stores.map((store) => store.close()));
});

test('live and sandbox live in one database without touching each other', async () => {
  const databaseUrl = await createTestDatabase();
  const live = await openStore({ databaseUrl, schema: 'leadgen', log });
  const sandbox = await openStore({ databaseUrl, schema: 'leadgen_sandbox', log });
  expect(await migrate(live)).toEqual(all);
  expect(await pendingMigrations(sandbox)).toEqual(all);
  expect(await migrate(sandbox)).toEqual(all);
  const heard: string[] = [];
  const stop = await live.listen('test', (payload) => heard.push(payload));
  const notify = { name: 'test-notify', text: `select pg_notify(current_schema() || '_test', $1::text)` };
  await sandbox.query(notify, ['from the sandbox']);
  await live.query(notify, ['from live']);
  await expect.poll(() => heard).toEqual(['from live']);
  await stop();
  await live.close();
  await sandbox.close();
});

test('options of the database URL stay', async () => {
  const url = new URL(await createTestDatabase());
  url.searchParams.set('options', '-c work_mem=7MB');
  const store = await openStore({ databaseUrl: url.href, schema: 'leadgen', log });
  const [row] = await store.query(
    { name: '', text: `select current_setting('work_mem') as memory, current_schema() as schema` },
    [],
  );
  expect(row).toEqual({ memory: '7MB', schema: 'leadgen' });
  await store.close();
});
