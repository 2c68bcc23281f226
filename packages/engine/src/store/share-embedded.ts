import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Log } from '../ports/log.ts';
import { readFrames, sendFrame } from './frames.ts';
import { storeLimits } from './limits.ts';
import type { StoreTables } from './schema.ts';
import type { Store } from './store.ts';

/** What a client asks for. Each gets one answer with its `id`; a notification has none. */
export type SharedRequest =
  | { id: number; ask: 'query'; text: string; values: readonly unknown[] }
  | { id: number; ask: 'run'; text: string; values: readonly unknown[] }
  | { id: number; ask: 'acquire' }
  | { id: number; ask: 'execute'; text: string; values: readonly unknown[] }
  | { id: number; ask: 'release' }
  | { id: number; ask: 'listen' | 'unlisten'; channel: string };
export type SharedAnswer =
  | { id: number; rows: unknown[]; affected?: bigint | undefined }
  | { id: number; error: { message: string } & Record<string, unknown> }
  | { channel: string; payload: string };

export interface SharedServer {
  /** Takes no more clients, lets those that are there end (some seconds at most), and closes. */
  close(): Promise<void>;
}

/**
 * Lets other processes of this user work on the embedded database, over a socket that only its owner can open.
 * The database has one session: `acquire` takes it for one client until `release`, or until the client is gone, whose open
 * transaction is then rolled back.
 */
export async function shareEmbedded({
  store,
  socketPath,
  log,
}: {
  store: Omit<Store, 'close'>;
  socketPath: string;
  log: Log;
}): Promise<SharedServer> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => clients.delete(socket));
    serveClient({ store, socket, log });
  });
  server.maxConnections = storeLimits.sharedClientsMax;
  // The lock is ours, so a socket file that is there is a dead one's.
  if (process.platform !== 'win32') await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: socketPath }, resolve);
  });
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cut = setTimeout(() => {
        for (const socket of clients) socket.destroy();
      }, storeLimits.sharedDrainMillisecondsMax);
      await closed;
      clearTimeout(cut);
    },
  };
}

function serveClient({ store, socket, log }: { store: Omit<Store, 'close'>; socket: Socket; log: Log }): void {
  const stops = new Map<string, () => Promise<void>>();
  let session: Kysely<StoreTables> | null = null;
  let endSession: (() => void) | null = null;

  socket.on('close', () => {
    endSession?.();
    for (const stop of stops.values()) stop().catch(() => {});
  });

  readFrames<SharedRequest>(socket, (request) => {
    answer(request)
      .then(({ rows, affected }) => send({ id: request.id, rows, affected }))
      .catch((error: unknown) => send({ id: request.id, error: plainError(error) }));
  });

  function send(message: SharedAnswer): void {
    if (!socket.destroyed) sendFrame(socket, message);
  }

  async function answer(request: SharedRequest): Promise<{ rows: unknown[]; affected?: bigint | undefined }> {
    switch (request.ask) {
      case 'query':
        return { rows: await store.query({ name: '', text: request.text }, request.values) };
      case 'run':
        return { rows: (await store.run(request.text, request.values)).rows };
      case 'acquire':
        await acquire();
        return { rows: [] };
      case 'execute': {
        if (!session) throw new Error('no session is taken');
        const { rows, numAffectedRows } = await session.executeQuery(
          CompiledQuery.raw(request.text, [...request.values]),
        );
        return { rows, affected: numAffectedRows };
      }
      case 'release':
        endSession?.();
        return { rows: [] };
      case 'listen': {
        if (stops.has(request.channel)) return { rows: [] };
        const { channel } = request;
        stops.set(channel, await store.listen(channel, (payload) => send({ channel, payload })));
        return { rows: [] };
      }
      case 'unlisten': {
        const stop = stops.get(request.channel);
        stops.delete(request.channel);
        await stop?.();
        return { rows: [] };
      }
    }
  }

  /** Resolves when the session is this client's. */
  function acquire(): Promise<void> {
    if (endSession) throw new Error('a session is taken already');
    const ended = new Promise<void>((resolve) => {
      endSession = resolve;
    });
    return new Promise((resolve, reject) => {
      store.db
        .connection()
        .execute(async (connection) => {
          session = connection;
          resolve();
          const cut = setTimeout(() => {
            log.warn({}, 'a client kept the embedded database too long and was cut off');
            socket.destroy();
          }, storeLimits.sharedSessionMillisecondsMax);
          await ended;
          clearTimeout(cut);
          session = null;
          endSession = null;
          // Without a transaction this is a warning that nobody reads; with one, the client left in its midst.
          await connection.executeQuery(CompiledQuery.raw('rollback'));
        })
        .catch(reject);
    });
  }
}

/** An error as data: a class does not travel. */
function plainError(error: unknown): { message: string } & Record<string, unknown> {
  const { code, detail, constraint } = error as Record<string, unknown>;
  return { message: error instanceof Error ? error.message : String(error), code, detail, constraint };
}
