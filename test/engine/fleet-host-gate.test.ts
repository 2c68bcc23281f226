import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { heartbeat } from '../../packages/engine/src/credits/heartbeat.ts';
import { createFleetHostGate } from '../../packages/engine/src/fleet/fleet-host-gate.ts';
import { fleetLimits } from '../../packages/engine/src/fleet/limits.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const signal = (milliseconds = 10_000) => AbortSignal.timeout(milliseconds);

forEachStore((opened) => {
  async function gateOf(store: Store, clock = createTestClock()) {
    const gatewayId = randomUUID();
    await heartbeat(store, { gatewayId });
    const { log } = createTestLog();
    return createFleetHostGate({ store, gatewayId, clock, log, placesPerHost: 5, waitingMax: 100 });
  }

  test('a host gets five requests at once from all processes together, and all of them come through', async () => {
    const gates = [
      await gateOf(opened().store),
      await gateOf(await opened().openAnother()),
      await gateOf(opened().store),
    ];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const leave = await gates[index % 3]!.enter('shared.org', signal());
        running += 1;
        most = Math.max(most, running);
        await sleep(5);
        running -= 1;
        leave();
        leave();
      }),
    );
    expect(most).toBe(5);
  });

  test('one crawl asks the database twice, however many pages it has', async () => {
    let statements = 0;
    const { store } = opened();
    const counted: Store = {
      ...store,
      query: (...asked) => {
        statements += asked[0].name.endsWith('slot') ? 1 : 0;
        return store.query(...asked);
      },
    };
    const gate = await gateOf(counted);
    for (let page = 0; page < 15; page += 1) (await gate.enter('pages.org', signal()))();
    await expect.poll(() => statements, { timeout: 5_000 }).toBe(2);
  });

  test('whoever does not want to wait any longer leaves no place taken', async () => {
    const gate = await gateOf(opened().store);
    const other = await gateOf(opened().store);
    const places = await Promise.all(Array.from({ length: 5 }, () => gate.enter('full.org', signal())));
    await expect(other.enter('full.org', signal(150))).rejects.toThrow();
    await expect(gate.enter('full.org', signal(50))).rejects.toThrow();
    for (const leave of places) leave();
    (await other.enter('full.org', signal()))();
  });

  test('a lease is given up and taken anew before it can run out, so that others get their turn', async () => {
    const clock = createTestClock();
    const gate = await gateOf(opened().store, clock);
    const other = await gateOf(opened().store);
    const first = await gate.enter('long.org', signal());
    clock.advance(fleetLimits.hostLeaseMillisecondsMax + 1);
    const later = gate.enter('long.org', signal());
    await expect(Promise.race([later, sleep(100, 'waits')])).resolves.toBe('waits');
    first();
    (await later)();
    (await other.enter('long.org', signal()))();
  });
});
