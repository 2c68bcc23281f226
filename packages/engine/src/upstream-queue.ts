import { createKeyedGate, type KeyedGate } from './keyed-gate.ts';
import { requestLimits } from './limits.ts';

/** E16: at most five upstream-bound calls of one account at once, by its number; further ones wait in order of arrival. */
export type UpstreamQueue = KeyedGate<number>;

export function createUpstreamQueue(): UpstreamQueue {
  return createKeyedGate({
    placesPerKey: requestLimits.upstreamCallsPerAccountMax,
    waitingMax: requestLimits.upstreamCallsQueuedMax,
  });
}
