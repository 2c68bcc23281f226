import type { UpstreamQueue } from '@leadgen/engine';

/** One place in the account's queue for everything that a request has under way at once (E16): taken by the first, left by the last. */
export function createSharedPlace(
  queue: UpstreamQueue,
): (accountId: number, signal: AbortSignal) => Promise<() => void> {
  let place: Promise<() => void> | null = null;
  let inside = 0;
  return async (accountId, signal) => {
    inside += 1;
    place ??= queue.enter(accountId, signal);
    const mine = place;
    const leave = () => {
      inside -= 1;
      if (inside > 0 || place !== mine) return;
      place = null;
      mine.then(
        (giveBack) => giveBack(),
        () => {},
      );
    };
    try {
      await mine;
    } catch (error) {
      inside -= 1;
      if (place === mine) place = null;
      throw error;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  };
}
