import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../ports/log.ts';
import { storeLimits } from './limits.ts';
import { createPostgresListener } from './postgres-listener.ts';
import type { StoreTables } from './schema.ts';
import type { Store } from './store.ts';

/** The store on a PostgreSQL server. A server that goes away fails the queries of that time and nothing else. */
export async function openPostgres({
  databaseUrl,
  schema,
  log,
}: {
  databaseUrl: string;
  schema: string;
  log: Log;
}): Promise<Store> {
  const config: pg.ClientConfig = {
    ...withSearchPath(databaseUrl, schema),
    application_name: 'leadgen',
    keepAlive: true,
    connectionTimeoutMillis: storeLimits.connectMillisecondsMax,
    statement_timeout: storeLimits.statementMillisecondsMax,
    query_timeout: storeLimits.answerMillisecondsMax,
    lock_timeout: storeLimits.lockMillisecondsMax,
    idle_in_transaction_session_timeout: storeLimits.idleInTransactionMillisecondsMax,
    types: { getTypeParser },
  };
  const pool = new pg.Pool({ ...config, max: storeLimits.poolConnectionsMax });
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost'));
  // A connection that is lost while it is taken emits `error` once more; unheard, that would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const listener = createPostgresListener({ config, log });
  try {
    await createSchema(pool, schema);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const db = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: 'postgres',
    db,
    async query<Row>({ name, text }: { name: string; text: string }, values: readonly unknown[]) {
      const { rows } = await pool.query({ name, text, values: [...values] });
      return rows as Row[];
    },
    async run(text, values = []) {
      // Planning costs more than running; the texts are few, and each has its name.
      const prepared = values.length > 0 ? { name: statementName(text) } : {};
      const results = await pool.query({ text, values: [...values], ...prepared });
      return { rows: [results].flat().flatMap(({ rows }) => rows) };
    },
    listen: (channel, handler) => listener.listen(`${schema}_${channel}`, handler),
    async longSession(work) {
      const patient = { ...config, statement_timeout: 0, query_timeout: 0, idle_in_transaction_session_timeout: 0 };
      const alone = new pg.Pool({ ...patient, application_name: 'leadgen long', max: 1 });
      alone.on('error', () => {});
      const session = new Kysely<StoreTables>({ dialect: new PostgresDialect({ pool: alone }) });
      try {
        return await session.connection().execute(work);
      } finally {
        await session.destroy();
      }
    },
    async close() {
      await listener.close();
      await db.destroy();
      // Kysely ends a pool only after it has used it once; idle connections would keep the process for ten seconds.
      if (!pool.ending) await pool.end();
    },
  };
}

function statementName(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** bigint as number: no id, balance or count of ours passes 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === pg.types.builtins.INT8) return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}

/** What a process sets for itself; options of the URL come later and win. */
const sessionOptions = [
  // Every statement of ours looks rows up by a key. As the server reckons by default, a small new table is better read whole, and a
  // prepared statement would go on doing so when it has grown.
  '-c random_page_cost=1.1',
];

/** The schema goes along with the connection's start, which costs no round trip; options of the URL stay. */
function withSearchPath(databaseUrl: string, schema: string): pg.ClientConfig {
  const url = new URL(databaseUrl);
  const options = [...sessionOptions, url.searchParams.get('options'), `-c search_path=${schema}`]
    .filter(Boolean)
    .join(' ');
  url.searchParams.delete('options');
  return { connectionString: url.href, options };
}

async function createSchema(pool: pg.Pool, schema: string): Promise<void> {
  const { rowCount } = await pool.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rowCount) return;
  try {
    await pool.query(`create schema if not exists ${schema}`);
  } catch (error) {
    // `if not exists` does not keep two starts from colliding on the catalogue's unique index.
    if ((error as { code?: string }).code !== '23505') throw error;
  }
}
