import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../packages/engine/src/adapters/system-clock.ts';
import { heartbeat } from '../../packages/engine/src/credits/heartbeat.ts';
import { createFleetSlots, type FleetSlots } from '../../packages/engine/src/fleet/fleet-slots.ts';
import { pruneSlots } from '../../packages/engine/src/fleet/slots.ts';
import { createFleetUpstreamQueue } from '../../packages/engine/src/fleet-upstream-queue.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { createTestLog } from '../support/test-log.ts';

let opened: TestStore;
beforeAll(async () => {
  opened = await openTestStore('postgres');
});
afterAll(() => opened?.close());

const clock = systemClock;
const { log } = createTestLog();
const never = new AbortController().signal;

async function startProcess(): Promise<{ store: Store; slots: FleetSlots; gatewayId: string }> {
  const store = await opened.openAnother();
  const gatewayId = randomUUID();
  await heartbeat(store, { gatewayId });
  return { store, gatewayId, slots: createFleetSlots({ store, gatewayId, clock, log }) };
}

test('E16: of one account at most five calls are under way at once, over three processes; another account does not wait', async () => {
  const queues = (await Promise.all([1, 2, 3].map(startProcess))).map(({ slots }) =>
    createFleetUpstreamQueue({ slots }),
  );
  let underWay = 0;
  let most = 0;
  const call = async (index: number) => {
    const leave = await queues[index % 3]!.enter(1, never);
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(20);
    underWay -= 1;
    leave();
  };
  const calls = Array.from({ length: 60 }, (_, index) => call(index));
  const began = performance.now();
  (await queues[0]!.enter(2, never))();
  expect(performance.now() - began).toBeLessThan(1_000);
  await Promise.all(calls);
  expect(most).toBe(5);
  await expect.poll(() => queues.map(({ size }) => size())).toEqual(queues.map(() => ({ running: 0, waiting: 0 })));
});

test('a caller who leaves while it waits takes no place and holds up nobody', async () => {
  const [one, other] = [await startProcess(), await startProcess()];
  const place = { name: 'left', slotsMax: 1 };
  const leave = await one.slots.enter(place, never);
  const gone = new AbortController();
  const waits = other.slots.enter(place, gone.signal);
  const next = other.slots.enter(place, never);
  await sleep(50);
  gone.abort(new Error('the caller left'));
  await expect(waits).rejects.toThrow('the caller left');
  await leave();
  await (await next)();
  await (await one.slots.enter(place, never))();
});

test('a place is given back once, and not to whoever took it over', async () => {
  const { slots, store } = await startProcess();
  const place = { name: 'twice', slotsMax: 1 };
  const leave = await slots.enter(place, never);
  await store.query({ name: '', text: `update slots set expires_at = now() where name = 'twice'` }, []);
  const second = await slots.enter(place, never);
  await leave();
  const [row] = await store.query<{ taken: number }>(
    { name: '', text: `select count(*) as taken from slots where name = 'twice'` },
    [],
  );
  expect(row).toEqual({ taken: 1 });
  await second();
});

test('what a dead process held comes free with its heartbeat, and is pruned when its lease is out', async () => {
  const [dead, living] = [await startProcess(), await startProcess()];
  const place = { name: 'dead', slotsMax: 1 };
  await dead.slots.enter(place, never);
  const waits = living.slots.enter(place, never);
  await expect(Promise.race([waits, sleep(300, 'waits')])).resolves.toBe('waits');
  await living.store.query(
    { name: '', text: `update gateways set heartbeat_at = now() - interval '31 seconds' where id = $1::uuid` },
    [dead.gatewayId],
  );
  await waits;
  await living.store.query({ name: '', text: `update slots set expires_at = now() - interval '1 second'` }, []);
  expect(await pruneSlots(living.store)).toBe(1);
});
