import type { FleetSlots } from './fleet/fleet-slots.ts';
import { requestLimits } from './limits.ts';
import { createUpstreamQueue, type UpstreamQueue } from './upstream-queue.ts';

/** E16 over all gateways on one database: in the order of arrival within a process, which never has more than five under way either. */
export function createFleetUpstreamQueue({ slots }: { slots: FleetSlots }): UpstreamQueue {
  const local = createUpstreamQueue();
  return {
    size: local.size,
    async enter(accountId, signal) {
      const leaveHere = await local.enter(accountId, signal);
      try {
        const place = { name: `account ${accountId}`, slotsMax: requestLimits.upstreamCallsPerAccountMax };
        const leaveFleet = await slots.enter(place, signal);
        // In this order, so that the next one here finds the place free.
        return () => void leaveFleet().then(leaveHere);
      } catch (error) {
        leaveHere();
        throw error;
      }
    },
  };
}
