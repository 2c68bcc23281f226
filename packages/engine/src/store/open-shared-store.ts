import { connect } from 'node:net';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PGliteAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { readFrames, sendFrame } from './frames.ts';
import type { StoreTables } from './schema.ts';
import type { SharedAnswer, SharedRequest } from './share-embedded.ts';
import type { Store } from './store.ts';

type Result = { rows: unknown[]; affected?: bigint | undefined };
type Unnumbered<Request> = Request extends unknown ? Omit<Request, 'id'> : never;
type Ask = (request: Unnumbered<SharedRequest>) => Promise<Result>;

/** The embedded database of another process, through its socket. */
export async function openSharedStore({ socketPath }: { socketPath: string }): Promise<Store> {
  const waiting = new Map<number, { resolve: (result: Result) => void; reject: (error: Error) => void }>();
  const handlers = new Map<string, Set<(payload: string) => void>>();
  const socket = connect(socketPath);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let lastId = 0;
  let lost: Error | null = null;
  const lose = () => {
    lost ??= Object.assign(new Error('the process that has the embedded database open is gone'), {
      code: 'ECONNRESET',
    });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  socket.on('error', lose);
  socket.on('close', lose);
  readFrames<SharedAnswer>(socket, (answer) => {
    if ('channel' in answer) {
      for (const handler of handlers.get(answer.channel) ?? []) handler(answer.payload);
      return;
    }
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asked?.reject(Object.assign(new Error(answer.error.message), answer.error));
    else asked?.resolve(answer);
  });

  const ask: Ask = (request) =>
    new Promise((resolve, reject) => {
      if (lost) return reject(lost);
      lastId += 1;
      sendFrame(socket, { ...request, id: lastId });
      waiting.set(lastId, { resolve, reject });
    });

  const db = new Kysely<StoreTables>({
    dialect: {
      createAdapter: () => new PGliteAdapter(),
      createDriver: () => sharedDriver(ask),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return {
    kind: 'pglite',
    db,
    async query<Row>({ text }: { text: string }, values: readonly unknown[]) {
      return (await ask({ ask: 'query', text, values })).rows as Row[];
    },
    longSession: (work) => db.connection().execute(work),
    async run(text, values = []) {
      return { rows: (await ask({ ask: 'run', text, values })).rows };
    },
    async listen(channel, handler) {
      const set = handlers.get(channel) ?? new Set();
      handlers.set(channel, set.add(handler));
      if (set.size === 1) await ask({ ask: 'listen', channel });
      return async () => {
        set.delete(handler);
        if (set.size === 0 && handlers.delete(channel) && !lost) await ask({ ask: 'unlisten', channel });
      };
    },
    async close() {
      await db.destroy();
      await new Promise<void>((resolve) => {
        if (socket.destroyed) return resolve();
        socket.once('close', () => resolve());
        socket.end();
      });
    },
  };
}

/** One session at a time, as the adapter says; Kysely queues for it here, the other process among all. */
function sharedDriver(ask: Ask): Driver {
  const execute = async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
    const { rows, affected } = await ask({ ask: 'execute', text: sql, values: parameters });
    return { rows: rows as Row[], ...(affected === undefined ? {} : { numAffectedRows: affected }) };
  };
  const connection: DatabaseConnection = {
    executeQuery: execute,
    // biome-ignore lint/correctness/useYield: the interface asks for it, the embedded database has no streams.
    async *streamQuery() {
      throw new Error('streaming is not supported by the embedded database');
    },
  };
  const run = async (text: string) => void (await execute(CompiledQuery.raw(text)));
  return {
    init: async () => {},
    acquireConnection: async () => {
      await ask({ ask: 'acquire' });
      return connection;
    },
    releaseConnection: async () => void (await ask({ ask: 'release' })),
    beginTransaction: () => run('begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    destroy: async () => {},
  };
}
