import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { listRecipes, setRecipe } from '../../packages/engine/src/accounts/recipes.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { migrate, pendingMigrations } from '../../packages/engine/src/store/migrate.ts';
import { openCliStore } from '../../packages/engine/src/store/open-cli-store.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { copyEmbedded } from '../support/open-test-store.ts';
import { startChild } from '../support/start-child.ts';
import { createTestLog } from '../support/test-log.ts';

const { log } = createTestLog();
const now = new Date('2026-03-04T05:06:07Z');
const schema = 'leadgen';
let dataDir: string;

beforeAll(async () => {
  dataDir = await copyEmbedded();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

describe('while a gateway has the folder open', () => {
  let gateway: Store;
  beforeAll(async () => {
    gateway = await openStore({ dataDir, schema, log });
    await migrate(gateway);
    await createAccount(gateway, { userId: 1, credits: 5, now });
  });
  afterAll(() => gateway.close());

  test('a second gateway is told which process has it', async () => {
    await expect(openStore({ dataDir, schema, log })).rejects.toThrow(
      `LEADGEN_DATA_DIR ${dataDir} is in use by process ${process.pid}; use DATABASE_URL to run several`,
    );
  });

  test('a command works on the same data through the gateway', async () => {
    const cli = await openCliStore({ dataDir, schema, log });
    expect(await pendingMigrations(cli)).toEqual([]);
    expect(await migrate(cli)).toEqual([]);
    expect(await showAccount(cli, 1)).toMatchObject({ userId: 1, balance: 5, createdAt: now });
    expect(await createAccount(cli, { userId: 2, credits: 7, now })).toMatchObject({ balance: 7 });
    expect(await showAccount(gateway, 2)).toMatchObject({ balance: 7 });
    await expect(cli.query({ name: '', text: 'select nonsense' }, [])).rejects.toMatchObject({ code: '42703' });
    await cli.close();
  });

  test('the socket and the lock are for this user alone', async () => {
    const lock = JSON.parse(await readFile(join(dataDir, 'lock'), 'utf8')) as { socketPath: string };
    expect((await stat(lock.socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'lock'))).mode & 0o777).toBe(0o600);
  });

  test('a command’s transaction keeps to itself until its commit, and the gateway waits for its end', async () => {
    const cli = await openCliStore({ dataDir, schema, log });
    let seen: unknown[] | undefined;
    let during: Promise<void> | undefined;
    await cli.db.transaction().execute(async (trx) => {
      await trx.insertInto('recipes').values({ account_id: null, code: 'a', query: 'b', created_at: now }).execute();
      during = listRecipes(gateway, { accountId: null }).then((recipes) => {
        seen = recipes;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(seen).toBeUndefined();
      expect(await trx.selectFrom('recipes').select('code').execute()).toEqual([{ code: 'a' }]);
    });
    await during;
    expect(seen).toHaveLength(1);
    const failing = cli.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('recipes').execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await listRecipes(gateway, { accountId: null })).toHaveLength(1);
    await cli.close();
  });

  test('a command that is killed in a transaction leaves nothing of it and blocks nobody', async () => {
    const child = await startChild('open-transaction.ts', dataDir);
    await child.kill();
    expect(await listRecipes(gateway, { accountId: null })).toHaveLength(1);
    const cli = await openCliStore({ dataDir, schema, log });
    expect(await setRecipe(cli, { accountId: null, code: 'whole', query: 'done', now })).toBe(true);
    await cli.close();
  });

  test('notifications cross the socket in both directions', async () => {
    const cli = await openCliStore({ dataDir, schema, log });
    const heard: string[] = [];
    const stops = [
      await cli.listen('test', (payload) => heard.push(`command ${payload}`)),
      await gateway.listen('test', (payload) => heard.push(`gateway ${payload}`)),
    ];
    const notify = { name: 'test-notify', text: `select pg_notify(current_schema() || '_test', $1::text)` };
    await cli.query(notify, ['1']);
    await gateway.query(notify, ['2']);
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    expect(heard.toSorted()).toEqual(['command 1', 'command 2', 'gateway 1', 'gateway 2']);
    for (const stop of stops) await stop();
    await cli.close();
  });

  test('several commands at once, each with its transaction', async () => {
    const commands = await Promise.all(Array.from({ length: 5 }, () => openCliStore({ dataDir, schema, log })));
    await Promise.all(
      commands.flatMap((cli) =>
        Array.from({ length: 10 }, () =>
          cli.db.transaction().execute(async (trx) => {
            const { rows } = await sql<{
              n: number;
            }>`select approve_above as n from api_keys where account_id = 1`.execute(trx);
            await sql`update api_keys set approve_above = ${rows[0]!.n + 1} where account_id = 1`.execute(trx);
          }),
        ),
      ),
    );
    const [row] = await gateway.query<{ n: number }>(
      { name: '', text: 'select approve_above as n from api_keys where account_id = 1' },
      [],
    );
    expect(row?.n).toBe(100);
    await Promise.all(commands.map((cli) => cli.close()));
  });
});

describe('when nobody has the folder open', () => {
  test('data stay, and a command opens the folder by itself', async () => {
    const cli = await openCliStore({ dataDir, schema, log });
    expect(await showAccount(cli, 1)).toMatchObject({ balance: 5 });
    await cli.close();
  });

  test('the lock of a dead process is taken over', async () => {
    const dead = { pid: 4_194_304, started: 'long ago', opener: 'gateway', socketPath: join(dataDir, 'no-socket') };
    await writeFile(join(dataDir, 'lock'), JSON.stringify(dead));
    const store = await openStore({ dataDir, schema, log });
    expect(await showAccount(store, 1)).toMatchObject({ balance: 5 });
    await store.close();
  });

  test('the lock of an earlier process with the number of a living one is taken over', async () => {
    const dead = { pid: process.ppid, started: 'another', opener: 'gateway', socketPath: join(dataDir, 'no-socket') };
    await writeFile(join(dataDir, 'lock'), JSON.stringify(dead));
    const store = await openStore({ dataDir, schema, log });
    await store.close();
  });

  test('of several that start at once exactly one gets it', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => openStore({ dataDir, schema, log })));
    const opened = results.filter((result) => result.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    await opened[0]!.value.close();
  });

  test('a gateway waits for a command to end', async () => {
    const cli = await openCliStore({ dataDir, schema, log });
    const gateway = openStore({ dataDir, schema, log });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cli.close();
    await (await gateway).close();
  });

  test('sandbox and live are apart', async () => {
    const sandbox = await openStore({ dataDir, schema: 'leadgen_sandbox', log });
    const live = await openStore({ dataDir, schema, log });
    await migrate(sandbox);
    expect(await showAccount(sandbox, 1)).toBeNull();
    expect(await showAccount(live, 1)).not.toBeNull();
    await sandbox.close();
    await live.close();
  });

  test('a path too long for a socket still lets commands in', async () => {
    const deep = join(dataDir, 'x'.repeat(60), 'y'.repeat(60));
    await copyEmbedded(deep);
    const gateway = await openStore({ dataDir: deep, schema, log });
    const cli = await openCliStore({ dataDir: deep, schema, log });
    expect(await createAccount(cli, { userId: 3, now })).toMatchObject({ userId: 3 });
    await cli.close();
    await gateway.close();
  });
});
