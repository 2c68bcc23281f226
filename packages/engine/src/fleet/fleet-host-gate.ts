import { randomUUID } from 'node:crypto';
import { LeadGenError } from '../errors.ts';
import { groupCalls } from '../group-calls.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostGate } from '../ports/host-gate.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../store/store.ts';
import { fleetLimits } from './limits.ts';
import { leaveSlots, takeSlots, type WantedSlots } from './slots.ts';

interface Line {
  /** The places at this host that this process has now, under one token. */
  places: number;
  token: string;
  takenAt: number;
  running: number;
  waiting: { start: () => void; fail: (reason: unknown) => void }[];
  isAsking: boolean;
  idle: NodeJS.Timeout | null;
}

/**
 * So many requests at once for each host over all processes on one database. A process takes all the places that are free with its
 * first request to a host, hands them from one request to the next, and gives them back when it has none: two statements a crawl,
 * however many pages it has.
 */
export function createFleetHostGate({
  store,
  gatewayId,
  clock,
  log,
  placesPerHost,
  waitingMax,
}: {
  store: Store;
  gatewayId: string;
  clock: Clock;
  log: Log;
  placesPerHost: number;
  /** Over all hosts. */
  waitingMax: number;
}): HostGate {
  const lines = new Map<string, Line>();
  const take = groupCalls<WantedSlots, number>(
    (wanted) => takeSlots(store, { wanted, slotsMax: placesPerHost, gatewayId }),
    { sizeMax: fleetLimits.groupMax },
  );
  let waitingInAll = 0;
  let leaving: { name: string; token: string }[] = [];
  let flushing: Promise<void> | null = null;

  /** A lease runs out; long before that it is not used any more, and taken anew. */
  const isFresh = (line: Line) => clock.now() - line.takenAt < fleetLimits.hostLeaseMillisecondsMax;
  const hasPlace = (line: Line) => line.running < line.places && isFresh(line);

  function placeOf(host: string, line: Line): () => void {
    let left = false;
    line.running += 1;
    if (line.idle) clearTimeout(line.idle);
    line.idle = null;
    return () => {
      if (left) return;
      left = true;
      line.running -= 1;
      serve(host, line);
    };
  }

  function serve(host: string, line: Line): void {
    while (line.waiting.length > 0 && hasPlace(line)) line.waiting.shift()!.start();
    if (line.waiting.length > 0) void ask(host, line);
    else if (line.running === 0)
      line.idle ??= setTimeout(() => void give(host, line), fleetLimits.hostIdleMilliseconds).unref();
  }

  async function give(host: string, line: Line): Promise<void> {
    line.idle = null;
    if (line.running > 0 || line.waiting.length > 0 || line.isAsking) return;
    lines.delete(host);
    await leave(host, line);
  }

  async function leave(host: string, line: Line): Promise<void> {
    if (line.places === 0) return;
    line.places = 0;
    leaving.push({ name: `host ${host}`, token: line.token });
    flushing ??= flush();
    await flushing;
  }

  /** Crawls end by the dozen; one statement gives back the places of all that ended within a moment. */
  async function flush(): Promise<void> {
    await clock.sleep(fleetLimits.hostLeaveMilliseconds);
    const places = leaving;
    leaving = [];
    flushing = null;
    await leaveSlots(store, places).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'places at hosts could not be given back; their leases run out');
    });
  }

  /** Until nobody waits here, or a request that ends goes on with it. */
  async function ask(host: string, line: Line): Promise<void> {
    if (line.isAsking) return;
    line.isAsking = true;
    let wait: number = fleetLimits.slotPollMillisecondsMin;
    try {
      while (line.waiting.length > 0) {
        if (!isFresh(line)) {
          if (line.running > 0) return;
          await leave(host, line);
          line.token = randomUUID();
          line.takenAt = clock.now();
        }
        if (line.places < placesPerHost) {
          line.places += await take({ name: `host ${host}`, count: placesPerHost - line.places, token: line.token });
        }
        while (line.waiting.length > 0 && hasPlace(line)) line.waiting.shift()!.start();
        if (line.waiting.length === 0 || line.places === placesPerHost) return;
        await clock.sleep(wait * (1 - fleetLimits.slotPollJitter * clock.random()));
        wait = Math.min(wait * 2, fleetLimits.slotPollMillisecondsMax);
      }
    } catch (error) {
      for (const { fail } of line.waiting.splice(0)) fail(error);
    } finally {
      line.isAsking = false;
      if (line.waiting.length === 0 && line.running === 0) serve(host, line);
    }
  }

  return {
    async enter(host, signal) {
      signal.throwIfAborted();
      const line = lines.get(host) ?? {
        places: 0,
        token: randomUUID(),
        takenAt: clock.now(),
        running: 0,
        waiting: [],
        isAsking: false,
        idle: null,
      };
      lines.set(host, line);
      if (line.waiting.length === 0 && hasPlace(line)) return placeOf(host, line);
      if (waitingInAll >= waitingMax) throw new LeadGenError('overloaded');
      waitingInAll += 1;
      try {
        return await new Promise<() => void>((resolve, reject) => {
          const onAbort = () => {
            line.waiting.splice(line.waiting.indexOf(waiter), 1);
            reject(signal.reason);
          };
          const waiter = {
            start: () => {
              signal.removeEventListener('abort', onAbort);
              resolve(placeOf(host, line));
            },
            fail: (reason: unknown) => {
              signal.removeEventListener('abort', onAbort);
              reject(reason);
            },
          };
          line.waiting.push(waiter);
          signal.addEventListener('abort', onAbort, { once: true });
          void ask(host, line);
        });
      } finally {
        waitingInAll -= 1;
      }
    },
  };
}
