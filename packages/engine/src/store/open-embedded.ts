import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { CompiledQuery, Kysely, PGliteDialect } from 'kysely';
import type { Log } from '../ports/log.ts';
import { lockFolder } from './folder-lock.ts';
import { storeLimits } from './limits.ts';
import type { StoreTables } from './schema.ts';
import { type SharedServer, shareEmbedded } from './share-embedded.ts';
import type { Store } from './store.ts';

/**
 * The store in a folder of this machine (or in memory, where `folder` is null). PGlite refuses no second opener, and two of
 * them destroy the data: a lock file keeps others out, and a socket in the folder lets their commands in through us.
 */
export async function openEmbedded({
  folder,
  dataDir,
  schema,
  opener,
  log,
}: {
  folder: string | null;
  /** The folder as the operator named it, for the error text. */
  dataDir: string;
  schema: string;
  opener: 'gateway' | 'command';
  log: Log;
}): Promise<Store> {
  if (folder === null) {
    const store = await openDatabase('memory://', schema);
    return { ...store, close: () => store.db.destroy() };
  }
  const absolute = resolve(folder);
  await mkdir(absolute, { recursive: true, mode: 0o700 });
  const lock = await lockFolder({ folder: absolute, dataDir, opener });
  let store: Omit<Store, 'close'> | undefined;
  let shared: SharedServer;
  try {
    await setAsideHalfMade(absolute, log);
    store = await openDatabase(join(absolute, 'database'), schema);
    await writeFile(join(absolute, madeMark), '');
    shared = await shareEmbedded({ store, socketPath: lock.socketPath, log });
  } catch (error) {
    await store?.db.destroy();
    await lock.release();
    throw error;
  }
  const opened = store;
  return {
    ...opened,
    async close() {
      await shared.close();
      await opened.db.destroy();
      await lock.release();
    },
  };
}

const madeMark = 'database-made';

/** A first start that was killed while it made the database leaves files that no later start can open. */
async function setAsideHalfMade(folder: string, log: Log): Promise<void> {
  const database = join(folder, 'database');
  if (!existsSync(database) || existsSync(join(folder, madeMark))) return;
  const aside = `${database}-half-made-${process.pid}-${process.hrtime.bigint()}`;
  log.warn({ aside }, 'the embedded database was never finished; it is set aside and made anew');
  await rename(database, aside);
}

async function openDatabase(dataDir: string, schema: string): Promise<Omit<Store, 'close'>> {
  const pglite = await PGlite.create({ dataDir, relaxedDurability: false });
  await pglite.exec(`create schema if not exists ${schema}; set search_path to ${schema}`);
  const db = new Kysely<StoreTables>({ dialect: new PGliteDialect({ pglite }) });
  let turnEnds = 0;
  return {
    kind: 'pglite',
    db,
    async query<Row>({ text }: { text: string }, values: readonly unknown[]) {
      // By way of Kysely, so that the statement never falls into somebody's open transaction: there is one session.
      const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
      if (performance.now() > turnEnds) {
        // Everything here is a microtask; a busy loop of queries would starve timers and sockets.
        await new Promise((next) => setImmediate(next));
        turnEnds = performance.now() + storeLimits.embeddedTurnMilliseconds;
      }
      return rows;
    },
    longSession: (work) => db.connection().execute(work),
    run: (text, values = []) =>
      db.connection().execute(async (session) => {
        try {
          if (values.length > 0) return await session.executeQuery(CompiledQuery.raw(text, [...values]));
          return { rows: (await pglite.exec(text)).flatMap(({ rows }) => rows) };
        } catch (error) {
          // A script that fails in the midst of its transaction would leave it open to everybody: there is one session.
          await pglite.exec('rollback');
          throw error;
        }
      }),
    async listen(channel, handler) {
      const name = `${schema}_${channel}`;
      const stop = await db.connection().execute(() => pglite.listen(name, handler));
      return () => db.connection().execute(() => stop());
    },
  };
}
