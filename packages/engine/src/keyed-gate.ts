import { LeadGenError } from './errors.ts';

/** A number of places for each key; who finds none free waits in order of arrival. */
export interface KeyedGate<Key> {
  /** Resolves to the function that gives the place back. Throws `overloaded` where too many wait already. */
  enter(key: Key, signal: AbortSignal): Promise<() => void>;
  /** Calls under way and waiting, for the metrics. */
  size(): { running: number; waiting: number };
}

interface Line {
  running: number;
  waiting: (() => void)[];
}

/** @param waitingMax over all keys. */
export function createKeyedGate<Key>({
  placesPerKey,
  waitingMax,
}: {
  placesPerKey: number;
  waitingMax: number;
}): KeyedGate<Key> {
  const lines = new Map<Key, Line>();
  let waitingInAll = 0;
  let runningInAll = 0;

  function leave(key: Key, line: Line): void {
    const next = line.waiting.shift();
    if (next) {
      // The place passes to the one who waits, so that nobody can slip in between.
      next();
      return;
    }
    runningInAll -= 1;
    line.running -= 1;
    if (line.running === 0) lines.delete(key);
  }

  function placeOf(key: Key, line: Line): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave(key, line);
    };
  }

  return {
    async enter(key, signal) {
      signal.throwIfAborted();
      const line = lines.get(key) ?? { running: 0, waiting: [] };
      lines.set(key, line);
      if (line.running < placesPerKey) {
        line.running += 1;
        runningInAll += 1;
        return placeOf(key, line);
      }
      if (waitingInAll >= waitingMax) throw new LeadGenError('overloaded');
      waitingInAll += 1;
      try {
        await new Promise<void>((resolve, reject) => {
          const onAbort = () => {
            const index = line.waiting.indexOf(wake);
            if (index >= 0) line.waiting.splice(index, 1);
            reject(signal.reason);
          };
          const wake = () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          };
          line.waiting.push(wake);
          signal.addEventListener('abort', onAbort, { once: true });
        });
      } finally {
        waitingInAll -= 1;
      }
      return placeOf(key, line);
    },
    size: () => ({ running: runningInAll, waiting: waitingInAll }),
  };
}
