import pg from 'pg';
import type { Log } from '../ports/log.ts';
import { storeLimits } from './limits.ts';

type Handler = (payload: string) => void;

export interface PostgresListener {
  listen(channel: string, handler: Handler): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** LISTEN on a connection of its own, opened with the first listener and opened again whenever it is lost. */
export function createPostgresListener({ config, log }: { config: pg.ClientConfig; log: Log }): PostgresListener {
  const handlers = new Map<string, Set<Handler>>();
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let wait: number = storeLimits.listenReconnectMillisecondsMin;
  let retry: NodeJS.Timeout | undefined;
  let everConnected = false;
  let closed = false;

  const probe = setInterval(() => {
    // A peer that vanished without a word is noticed by a question that gets no answer.
    const asked = client;
    asked?.query('select 1').catch(() => lost(asked));
  }, storeLimits.listenProbeMilliseconds);
  probe.unref();

  function deliver(handler: Handler, payload: string): void {
    try {
      handler(payload);
    } catch (error) {
      log.error({ error: String(error) }, 'a notification handler failed');
    }
  }

  function connect(): Promise<void> {
    connecting ??= open().finally(() => {
      connecting = null;
    });
    return connecting;
  }

  async function open(): Promise<void> {
    const next = new pg.Client({ ...config, application_name: 'leadgen listen' });
    next.on('notification', ({ channel, payload }) => {
      for (const handler of handlers.get(channel) ?? []) deliver(handler, payload ?? '');
    });
    next.on('error', () => lost(next));
    next.on('end', () => lost(next));
    try {
      await next.connect();
      for (const channel of handlers.keys()) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch {
      next.end().catch(() => {});
      again();
      return;
    }
    if (closed) {
      await next.end();
      return;
    }
    client = next;
    wait = storeLimits.listenReconnectMillisecondsMin;
    // What was sent meanwhile is gone: the empty payload tells so.
    if (everConnected) for (const set of handlers.values()) for (const handler of set) deliver(handler, '');
    everConnected = true;
  }

  function lost(old: pg.Client): void {
    if (client !== old) return;
    client = null;
    old.end().catch(() => {});
    if (closed) return;
    log.warn({}, 'the connection that listens for notifications was lost');
    again();
  }

  function again(): void {
    if (closed || handlers.size === 0) return;
    clearTimeout(retry);
    retry = setTimeout(connect, wait);
    retry.unref();
    wait = Math.min(wait * 2, storeLimits.listenReconnectMillisecondsMax);
  }

  return {
    async listen(channel, handler) {
      let set = handlers.get(channel);
      if (!set) {
        set = new Set();
        handlers.set(channel, set.add(handler));
        const open = client;
        // A connection under way may have listed the channels already, so it is waited for and asked like an open one.
        if (open) await open.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => lost(open));
        else {
          await connect();
          await client?.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => {});
        }
      }
      set.add(handler);
      return async () => {
        set.delete(handler);
        if (set.size > 0 || handlers.get(channel) !== set) return;
        handlers.delete(channel);
        await client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => {});
      };
    },
    async close() {
      closed = true;
      clearInterval(probe);
      clearTimeout(retry);
      await connecting;
      await client?.end().catch(() => {});
    },
  };
}
