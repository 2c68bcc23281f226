import { groupCalls } from '../group-calls.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../store/store.ts';
import { untilAborted } from '../until-aborted.ts';
import { outcomeOfBody, outcomeOfError, readOutcome } from './flight-outcome.ts';
import { flightsChannel, followFlight, type Landing, landFlights, renewFlights, takeFlights } from './flight-rows.ts';
import { cacheLimits } from './limits.ts';

export interface Flight {
  /** The cache key of what is fetched. */
  key: string;
  /** This caller's own. A follower who leaves disturbs nobody; when a leader leaves, a follower takes over. */
  signal: AbortSignal;
  /** The cache, asked again: between a miss and taking the lead, another may have landed. */
  reread(): Promise<string | null>;
  /** Fetches and keeps. Runs for the leader alone. */
  run(): Promise<string>;
}

export interface SingleFlight {
  /**
   * One fetch at a time for a key, over all processes on this database. Followers get the leader's body, or its error as it
   * stands in the error table (C22). Any number of keys may be led or followed at once: nothing is locked meanwhile.
   */
  lead(flight: Flight): Promise<{ body: string; led: boolean }>;
  /** Flights of this process that are under way, for the metrics. */
  size(): number;
  close(): Promise<void>;
}

export function createSingleFlight({
  store,
  owner,
  log,
  clock,
}: {
  store: Store;
  /** A UUID of this process. */
  owner: string;
  log: Log;
  clock: Clock;
}): SingleFlight {
  const flying = new Map<string, { landing: Promise<{ body: string; led: boolean }>; signal: AbortSignal }>();
  const leading = new Set<string>();
  const waking = new Map<string, Set<() => void>>();
  let listening: Promise<() => Promise<void>> | undefined;

  const take = groupCalls<string, boolean>(
    async (keys) => {
      const taken = await takeFlights(store, { keys, owner });
      return keys.map((key) => taken.has(key));
    },
    { sizeMax: cacheLimits.groupMax },
  );
  const land = groupCalls<Landing, undefined>(
    async (landings) => {
      await landFlights(store, { landings, owner });
      return landings.map(() => undefined);
    },
    { sizeMax: cacheLimits.groupMax },
  );

  const renewal = setInterval(() => {
    if (leading.size === 0) return;
    renewFlights(store, { keys: [...leading], owner }).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the leases of fetches under way could not be renewed');
    });
  }, cacheLimits.flightRenewMilliseconds);
  renewal.unref();

  function wake(key: string): void {
    // The empty payload: notifications may have been missed.
    const keys = key === '' ? [...waking.keys()] : [key];
    for (const each of keys) for (const resolve of waking.get(each) ?? []) resolve();
  }

  /** Leads, or follows another process until it has landed. */
  async function fly({ key, signal, reread, run }: Flight): Promise<{ body: string; led: boolean }> {
    for (;;) {
      signal.throwIfAborted();
      if (await take(key)) return await leadHere({ key, signal, reread, run });
      const body = await follow({ key, signal, reread });
      if (body !== null) return { body, led: false };
    }
  }

  async function leadHere({ key, signal, reread, run }: Flight): Promise<{ body: string; led: boolean }> {
    let outcome: string | null = null;
    leading.add(key);
    try {
      const there = await reread();
      const body = there ?? (await run());
      outcome = outcomeOfBody(body);
      return { body, led: there === null };
    } catch (error) {
      // A leader that left says nothing of the upstream: whoever waits tries for himself.
      outcome = signal.aborted ? null : outcomeOfError(error);
      throw error;
    } finally {
      leading.delete(key);
      await land({ key, outcome }).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'the end of a fetch could not be told to other processes');
      });
    }
  }

  /** The body that another process brought; null when nobody does any more. Throws that process's error. */
  async function follow({ key, signal, reread }: Omit<Flight, 'run'>): Promise<string | null> {
    listening ??= store.listen(flightsChannel, wake);
    await listening;
    for (;;) {
      const notice = expectNotice(key, signal);
      try {
        const flight = await followFlight(store, key);
        if (!flight) return await reread();
        if (flight.outcome !== null) {
          const body = readOutcome(flight.outcome);
          return (await reread()) ?? body;
        }
        if (flight.late) return await reread();
        await notice.arrived();
      } finally {
        notice.stop();
      }
    }
  }

  /** Set up before the row is read, so that a landing in between is not slept through. A poll covers a lost notice. */
  function expectNotice(key: string, signal: AbortSignal): { arrived(): Promise<void>; stop(): void } {
    const done = new AbortController();
    let resolve: () => void = () => {};
    const noticed = new Promise<void>((settle) => {
      resolve = settle;
    });
    const set = waking.get(key) ?? new Set();
    waking.set(key, set.add(resolve));
    return {
      arrived: () =>
        Promise.race([
          noticed,
          clock.sleep(cacheLimits.flightPollMilliseconds, AbortSignal.any([done.signal, signal])).catch(() => {
            signal.throwIfAborted();
          }),
        ]),
      stop() {
        done.abort();
        set.delete(resolve);
        if (set.size === 0 && waking.get(key) === set) waking.delete(key);
      },
    };
  }

  return {
    async lead(flight) {
      for (;;) {
        const there = flying.get(flight.key);
        if (!there) {
          const landing = fly(flight);
          flying.set(flight.key, { landing, signal: flight.signal });
          try {
            return await landing;
          } finally {
            flying.delete(flight.key);
          }
        }
        try {
          return { ...(await untilAborted(there.landing, flight.signal)), led: false };
        } catch (error) {
          flight.signal.throwIfAborted();
          // The one who led here left; its trouble is not ours.
          if (!there.signal.aborted) throw error;
        }
      }
    },
    size: () => flying.size,
    async close() {
      clearInterval(renewal);
      await (await listening)?.();
    },
  };
}
