import type { Kysely } from 'kysely';
import type { StoreTables } from './schema.ts';

/** A fixed SQL text. On PostgreSQL it is prepared once per connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** The database, PostgreSQL or the embedded PGlite: one set of SQL for both. */
export interface Store {
  kind: 'postgres' | 'pglite';
  /** For statements that are not on the hot path, and for transactions. */
  db: Kysely<StoreTables>;
  /** One round trip. bigint comes as number, timestamptz as Date, jsonb parsed. Connection faults throw as they are. */
  query<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Any text: several statements at once where there are no values. What is open is rolled back where one fails. */
  run(text: string, values?: readonly unknown[]): Promise<{ rows: unknown[] }>;
  /**
   * Calls `handler` for each NOTIFY on `channel` of this schema, which a statement sends by
   * `pg_notify(current_schema() || '_channel', payload)`. Survives a lost connection, and then calls it once with an empty
   * payload: notifications may have been missed. Answers how to stop.
   */
  listen(channel: string, handler: (payload: string) => void): Promise<() => Promise<void>>;
  /** One session without the limits of time that every other statement has: for changes of the schema, and for the sum of all books. */
  longSession<T>(work: (session: Kysely<StoreTables>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
