import { createKeyedGate } from '../keyed-gate.ts';
import type { HostGate } from '../ports/host-gate.ts';
import { netLimits } from './limits.ts';

/** The gate of one process: five requests at once for each host, in order of arrival. */
export function createHostGate(): HostGate {
  return createKeyedGate({ placesPerKey: netLimits.requestsPerHostMax, waitingMax: netLimits.requestsWaitingMax });
}
