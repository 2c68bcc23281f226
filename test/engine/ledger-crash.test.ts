import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { releaseGone } from '../../packages/engine/src/credits/release-gone.ts';
import { startHousekeeping } from '../../packages/engine/src/housekeeping.ts';
import { defaultSettings } from '../../packages/engine/src/settings.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { copyEmbedded, openTestStore } from '../support/open-test-store.ts';
import { startChild } from '../support/start-child.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const clock = createTestClock();
const { log } = createTestLog();

test('a start gives back what a killed gateway held, once it is silent for 30 s, and nothing of a living one', async () => {
  const { store, databaseUrl, close } = await openTestStore('postgres');
  await createAccount(store, { userId: 1, credits: 10, now: clock.date() });
  const child = await startChild('take-hold.ts', JSON.stringify({ databaseUrl }));
  const { gatewayId, taken } = JSON.parse(child.line) as { gatewayId: string; taken: unknown };
  expect(taken).toEqual({ held: 8, available: 2 });
  await child.kill();

  // Nobody can tell yet: the heartbeat is fresh.
  expect(await releaseGone(store, { gatewayId: randomUUID(), now: clock.date() })).toBe(0);
  expect(await showAccount(store, 1)).toMatchObject({ held: 8 });

  await store.query(
    { name: '', text: `update gateways set heartbeat_at = now() - interval '31 seconds' where id = $1::uuid` },
    [gatewayId],
  );
  const housekeeping = await startHousekeeping({
    store,
    clock,
    log,
    settings: defaultSettings,
    gatewayId: randomUUID(),
  });
  expect(await showAccount(store, 1)).toMatchObject({ balance: 10, held: 0, available: 10 });
  expect(await ledgerViolations(store)).toEqual([]);
  await housekeeping.stop();
  await close();
});

test('on the embedded database a start gives back what a killed gateway held at once: nobody else can be alive', async () => {
  const dataDir = await copyEmbedded();
  const first = await openStore({ dataDir, schema: 'leadgen', log });
  await createAccount(first, { userId: 1, credits: 10, now: clock.date() });
  await first.close();
  const child = await startChild('take-hold.ts', JSON.stringify({ dataDir }));
  await child.kill();

  const store = await openStore({ dataDir, schema: 'leadgen', log });
  expect(await showAccount(store, 1)).toMatchObject({ balance: 10, held: 8 });
  const housekeeping = await startHousekeeping({
    store,
    clock,
    log,
    settings: defaultSettings,
    gatewayId: randomUUID(),
    alone: true,
  });
  expect(await showAccount(store, 1)).toMatchObject({ balance: 10, held: 0 });
  expect(await ledgerViolations(store)).toEqual([]);
  await housekeeping.stop();
  await store.close();
  await rm(dataDir, { recursive: true, force: true });
});
