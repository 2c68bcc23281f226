import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { storeLimits } from './limits.ts';
import { migrations } from './migrations/index.ts';
import type { StoreTables } from './schema.ts';
import type { Store } from './store.ts';

/** One step of the schema. What it may do while older gateways still run is in `docs/decisions/upgrades.md`; a test holds it to that. */
export type Migration =
  /** The statements run in one transaction with the note that they ran. */
  | { name: string; statements: readonly string[] }
  /** An index on a table that has rows already: it is built while others go on writing. */
  | { name: string; index: { name: string; definition: string } };

/**
 * Brings the schema up to date and answers the names of what was applied here. Safe when several processes start at once, and while
 * older gateways work on the same tables: nobody waits for it as long as a second.
 */
export async function migrate(store: Store, steps: readonly Migration[] = migrations): Promise<string[]> {
  if ((await pendingMigrations(store, steps)).length === 0) return [];
  return store.longSession(async (session) => {
    if (!(await takeTurn(store, session, steps))) return [];
    try {
      await sql`set lock_timeout = ${sql.lit(storeLimits.migrationLockMillisecondsMax)}`.execute(session);
      await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`.execute(
        session,
      );
      const applied = new Set(
        (await session.selectFrom('migrations').select('name').execute()).map(({ name }) => name),
      );
      const pending = steps.filter(({ name }) => !applied.has(name));
      for (const migration of pending) await whenNotLocked(() => apply(store, session, migration));
      return pending.map(({ name }) => name);
    } finally {
      await sql`reset lock_timeout`.execute(session);
      await sql`select pg_advisory_unlock(${lockKey})`.execute(session);
    }
  });
}

/** The names of the migrations that this database lacks. */
export async function pendingMigrations(store: Store, steps: readonly Migration[] = migrations): Promise<string[]> {
  const [table] = await store.query<{ found: boolean }>(tableStatement, []);
  if (!table?.found) return steps.map(({ name }) => name);
  const applied = new Set((await store.query<{ name: string }>(appliedStatement, [])).map(({ name }) => name));
  return steps.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
}

const lockKey = sql`hashtext('leadgen migrations ' || current_schema())`;

/**
 * One migrator at a time on PostgreSQL; the embedded database has a single session anyway. False as soon as another has done all.
 * Asked again and again: who waits inside a statement has a snapshot, and the building of an index waits for every snapshot.
 */
async function takeTurn(store: Store, session: Kysely<StoreTables>, steps: readonly Migration[]): Promise<boolean> {
  const giveUpAt = performance.now() + storeLimits.migrationWaitMillisecondsMax;
  for (;;) {
    const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${lockKey}) as taken`.execute(session);
    if (rows[0]?.taken) return true;
    if (performance.now() > giveUpAt) throw new Error('another process has been migrating the database for too long');
    await sleep(storeLimits.migrationPollMilliseconds);
    if ((await pendingMigrations(store, steps)).length === 0) return false;
  }
}

async function apply(store: Store, session: Kysely<StoreTables>, migration: Migration): Promise<void> {
  const { name } = migration;
  if ('index' in migration) {
    await buildIndex(store, session, migration.index);
    await session.insertInto('migrations').values({ name }).execute();
    return;
  }
  await session.transaction().execute(async (trx) => {
    for (const statement of migration.statements) await sql.raw(statement).execute(trx);
    await trx.insertInto('migrations').values({ name }).execute();
  });
}

async function buildIndex(
  { kind }: Store,
  session: Kysely<StoreTables>,
  { name, definition }: { name: string; definition: string },
): Promise<void> {
  if (kind === 'pglite') {
    await sql.raw(`create index if not exists ${name} ${definition}`).execute(session);
    return;
  }
  // A build that was broken off leaves an index that nobody uses and everybody writes.
  await sql.raw(`drop index concurrently if exists ${name}`).execute(session);
  await sql.raw(`create index concurrently ${name} ${definition}`).execute(session);
}

/** A change of a table waits behind its readers, and everybody else behind the change: so it gives way soon, and tries again. */
async function whenNotLocked(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      if ((code !== '55P03' && code !== '40P01') || attempt >= storeLimits.migrationAttemptsMax) throw error;
      await sleep(storeLimits.migrationPauseMilliseconds);
    }
  }
}

const tableStatement = {
  name: 'migrations-table',
  text: `select to_regclass(quote_ident(current_schema()) || '.migrations') is not null as found`,
};
const appliedStatement = { name: 'migrations-applied', text: 'select name from migrations' };
