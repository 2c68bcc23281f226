import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { cutCharges } from '../../packages/engine/src/answer.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { ledgerEntries } from '../../packages/engine/src/credits/ledger.ts';
import { settleSurely } from '../../packages/engine/src/credits/settle-uncertain.ts';
import { undo } from '../../packages/engine/src/credits/undo.ts';
import { uncertainHolds } from '../../packages/engine/src/credits/undo-uncertain.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startProxy, type TestProxy } from '../support/start-proxy.ts';
import { createTestClock, type TestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const { log } = createTestLog();
const signal = new AbortController().signal;
let direct: TestStore;
let proxy: TestProxy;
/** The gateway's store: every connection of it goes through the proxy. */
let store: Store;
let clock: TestClock;
let lastUser = 0;

beforeAll(async () => {
  direct = await openTestStore('postgres');
  const url = new URL(direct.databaseUrl!);
  proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  store = await openStore({ databaseUrl: url.href, schema: 'leadgen', log });
});
afterAll(async () => {
  await store.close();
  await proxy.close();
  await direct.close();
});
beforeEach(() => {
  proxy.set('pass');
  clock = createTestClock();
});

async function heldCall(amount = 10) {
  lastUser += 1;
  const accountId = lastUser;
  const holdId = randomUUID();
  await createAccount(store, { userId: accountId, credits: 20, now: clock.date() });
  await hold(store, {
    holdId,
    accountId,
    keyId: null,
    amount,
    operation: 'search',
    requestId: 'request',
    gatewayId: randomUUID(),
    now: clock.date(),
    expiresAt: new Date(clock.now() + 300_000),
  });
  return { accountId, holdId };
}

function settling(holdId: string, credits = 4) {
  const charges = [{ rule: 'a rule', item: 'an item', credits }];
  const accountId = lastUser;
  return settleSurely(
    { store, clock, log },
    { accountId, holdId, cost: credits, charges, cutCharges, now: clock.date(), signal },
  );
}

async function whenBack(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  proxy.set('pass');
}

test('a settle that was committed but not answered is found, and paid once', async () => {
  const { accountId, holdId } = await heldCall();
  proxy.set('lose answers');
  const settled = settling(holdId);
  await whenBack();
  expect(await settled).toEqual({ balance: 16, available: 16, cost: 4 });
  expect(await ledgerEntries(direct.store, { accountId })).toHaveLength(2);
  expect(await ledgerViolations(direct.store)).toEqual([]);
});

test('a settle that never arrived is made again', async () => {
  const { accountId, holdId } = await heldCall();
  proxy.set('lose questions');
  const settled = settling(holdId);
  await whenBack();
  expect(await settled).toEqual({ balance: 16, available: 16, cost: 4 });
  expect(await showAccount(direct.store, accountId)).toMatchObject({ balance: 16, held: 0 });
});

test('a call that ends in an error because the database stays away is not charged, although its settle had been committed', async () => {
  const { accountId, holdId } = await heldCall();
  proxy.set('lose answers');
  const settled = settling(holdId);
  await new Promise((resolve) => setTimeout(resolve, 250));
  proxy.set('refuse');
  clock.advance(11_000);
  await expect(settled).rejects.toMatchObject({ code: 'db_error' });
  expect(await showAccount(direct.store, accountId)).toMatchObject({ balance: 16 });
  expect(uncertainHolds(store)).toBe(1);

  proxy.set('pass');
  await expect.poll(() => uncertainHolds(store), { timeout: 10_000 }).toBe(0);
  expect(await showAccount(direct.store, accountId)).toMatchObject({ balance: 20, held: 0 });
  expect(await ledgerEntries(direct.store, { accountId })).toMatchObject([
    { kind: 'adjust', amount: 4, balanceAfter: 20, requestId: 'request' },
    { kind: 'usage', amount: -4, balanceAfter: 16, requestId: 'request' },
    { kind: 'grant', amount: 20 },
  ]);
  expect(await undo(direct.store, { holdId, now: clock.date() })).toBeNull();
  expect(await ledgerViolations(direct.store)).toEqual([]);
});

test('a call that ends in an error and was not charged gets its hold back', async () => {
  const { accountId, holdId } = await heldCall();
  proxy.set('refuse');
  const settled = settling(holdId);
  clock.advance(11_000);
  await expect(settled).rejects.toMatchObject({ code: 'db_error' });
  proxy.set('pass');
  await expect.poll(() => uncertainHolds(store), { timeout: 10_000 }).toBe(0);
  expect(await showAccount(direct.store, accountId)).toMatchObject({ balance: 20, held: 0 });
});

test('charges are cut to a hold that is smaller than the price', async () => {
  const { accountId, holdId } = await heldCall(3);
  expect(await settling(holdId, 10)).toMatchObject({ cost: 3, balance: 17 });
  const [entry] = await ledgerEntries(direct.store, { accountId });
  expect(entry).toMatchObject({ amount: -3, charges: [{ credits: 3 }] });
});

test('a hold that ran out cannot be charged any more: the call ends in an error', async () => {
  const { accountId, holdId } = await heldCall();
  await direct.store.query(
    { name: '', text: `update holds set state = 'expired', closed_at = now() where id = $1::uuid` },
    [holdId],
  );
  await direct.store.query({ name: '', text: 'update accounts set held = 0 where id = $1::bigint' }, [accountId]);
  await expect(settling(holdId)).rejects.toMatchObject({ code: 'db_error' });
  expect(await showAccount(direct.store, accountId)).toMatchObject({ balance: 20 });
});
