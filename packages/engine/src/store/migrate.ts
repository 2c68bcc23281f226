import { sql } from 'kysely';
import { migrations } from './migrations/index.ts';
import type { Store } from './store.ts';

/** One step of the schema. The statements run in one transaction with the note that they ran. */
export interface Migration {
  name: string;
  statements: readonly string[];
}

/** Brings the schema up to date and answers the names of what was applied. Safe when several processes start at once. */
export async function migrate(store: Store): Promise<string[]> {
  if ((await pendingMigrations(store)).length === 0) return [];
  return store.db.transaction().execute(async (trx) => {
    // One migrator at a time on PostgreSQL; the embedded database has a single session, its transactions exclude each other.
    await sql`select pg_advisory_xact_lock(hashtext('leadgen migrations ' || current_schema()))`.execute(trx);
    await sql`set local lock_timeout = 0`.execute(trx);
    await sql`set local statement_timeout = 0`.execute(trx);
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`.execute(
      trx,
    );
    const applied = new Set((await trx.selectFrom('migrations').select('name').execute()).map(({ name }) => name));
    const pending = migrations.filter(({ name }) => !applied.has(name));
    for (const { name, statements } of pending) {
      for (const statement of statements) await sql.raw(statement).execute(trx);
      await trx.insertInto('migrations').values({ name }).execute();
    }
    return pending.map(({ name }) => name);
  });
}

/** The names of the migrations that this database lacks. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const [table] = await store.query<{ found: boolean }>(tableStatement, []);
  if (!table?.found) return migrations.map(({ name }) => name);
  const applied = new Set((await store.query<{ name: string }>(appliedStatement, [])).map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name)).map(({ name }) => name);
}

const tableStatement = {
  name: 'migrations-table',
  text: `select to_regclass(quote_ident(current_schema()) || '.migrations') is not null as found`,
};
const appliedStatement = { name: 'migrations-applied', text: 'select name from migrations' };
