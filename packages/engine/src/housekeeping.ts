import { pruneBatches } from './batches/prune-batches.ts';
import { pruneAnswers } from './cache/prune-answers.ts';
import { pruneFlights } from './cache/prune-flights.ts';
import { expire } from './credits/expire.ts';
import { endHeartbeat, heartbeat } from './credits/heartbeat.ts';
import { creditLimits } from './credits/limits.ts';
import { pruneHolds } from './credits/prune-holds.ts';
import { releaseGone } from './credits/release-gone.ts';
import { releaseOwn } from './credits/release-own.ts';
import { pruneRateLimits } from './fleet/prune-rate-limits.ts';
import { pruneSlots } from './fleet/slots.ts';
import { pruneKeptResults } from './kept-results/prune-kept-results.ts';
import { keptSeconds } from './kept-seconds.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import { pruneIdempotency } from './prune-idempotency.ts';
import type { EngineSettings } from './settings.ts';
import type { Store } from './store/store.ts';

/**
 * What a process does beside its calls: it says that it lives, frees holds that ran out or whose gateway is gone, and throws
 * away what is too old. Resolves after the first round, so that no hold is taken before the first heartbeat.
 */
export async function startHousekeeping({
  store,
  clock,
  log,
  settings,
  gatewayId,
  alone = false,
}: {
  store: Store;
  clock: Clock;
  log: Log;
  settings: EngineSettings;
  gatewayId: string;
  /** Nobody else can have the database open now: the embedded one, opened directly. */
  alone?: boolean;
}): Promise<{ stop(): Promise<void> }> {
  const now = () => new Date(clock.now());
  await heartbeat(store, { gatewayId });
  const freed = await releaseGone(store, { gatewayId, now: now(), alone });
  if (freed > 0) log.info({ holds: freed }, 'the holds of gateways that are gone were given back');

  // After an outage of the database every heartbeat is old; the others get as long as they need to say that they live.
  let trustFrom = 0;
  const beat = () =>
    heartbeat(store, { gatewayId }).catch((error: unknown) => {
      trustFrom = clock.now() + creditLimits.heartbeatAgeSecondsMax * 1_000;
      throw error;
    });

  const secondsOf = keptSeconds(settings);
  /** What grows with use and is of no use any more; several gateways may do it at once. */
  const retention: (() => Promise<number>)[] = [
    () => pruneAnswers(store, { now: now(), secondsOf }),
    () => pruneIdempotency(store, { now: now() }),
    () => pruneHolds(store, { now: now() }),
    () => pruneSlots(store),
    () => pruneRateLimits(store, { now: now() }),
    () => pruneBatches(store, { now: now() }),
    () => pruneKeptResults(store, { now: now() }),
  ];

  const jobs = [
    every(creditLimits.heartbeatMilliseconds, beat),
    every(creditLimits.housekeepingMilliseconds, async () => {
      const expired = await expire(store, { now: now() });
      const released = clock.now() < trustFrom ? 0 : await releaseGone(store, { gatewayId, now: now() });
      if (expired + released > 0) log.warn({ expired, released }, 'holds that nobody closed were given back');
      await pruneFlights(store);
    }),
    ...retention.map((prune) => every(creditLimits.pruneMilliseconds, () => prune())),
  ];

  /** Never twice at once; a failure is logged and the next turn tries again. */
  function every(milliseconds: number, job: () => Promise<unknown>): () => Promise<void> {
    let running: Promise<void> | null = null;
    const timer = setInterval(() => {
      running ??= job()
        .catch((error: unknown) => log.warn({ error: String(error) }, 'housekeeping failed'))
        .then(() => {
          running = null;
        });
    }, milliseconds);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await running;
    };
  }

  return {
    async stop() {
      await Promise.all(jobs.map((stop) => stop()));
      // Calls that the end cuts off never settle. What can't be given back now is freed by the others, once the heartbeat is gone.
      try {
        const released = await releaseOwn(store, { gatewayId, now: now() });
        if (released > 0) log.warn({ holds: released }, 'the holds of calls that were cut off were given back');
        await endHeartbeat(store, { gatewayId });
      } catch (error) {
        log.warn({ error: String(error) }, 'the end could not be told to the database');
      }
    },
  };
}
