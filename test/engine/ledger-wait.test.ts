import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { readAvailable } from '../../packages/engine/src/credits/read-available.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { creditsAwaited, waitForCredits } from '../../packages/engine/src/credits/wait-for-credits.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';

let lastUser = 0;
const clock = createTestClock();
const signal = new AbortController().signal;

forEachStore((opened) => {
  async function account(credits: number) {
    lastUser += 1;
    const userId = lastUser;
    await createAccount(opened().store, { userId, credits, now: clock.date() });
    return userId;
  }
  async function take(accountId: number, amount: number, keyId: number | null = null) {
    const holdId = randomUUID();
    const taken = await hold(opened().store, {
      holdId,
      accountId,
      keyId,
      amount,
      operation: 'search',
      requestId: 'request',
      gatewayId: randomUUID(),
      now: clock.date(),
      expiresAt: new Date(clock.now() + 300_000),
    });
    return taken && holdId;
  }
  const pay = (holdId: string, cost: number) =>
    settle(opened().store, { holdId, cost, charges: [], now: clock.date() });

  test('who finds everything held gets what the others give back, in the order of arrival', async () => {
    const { store } = opened();
    const accountId = await account(10);
    const first = await take(accountId, 10);
    const order: number[] = [];
    const waiters = [1, 2, 3].map((number) =>
      waitForCredits({ store, clock }, { accountId, signal }, () => take(accountId, 10)).then(async (holdId) => {
        order.push(number);
        await pay(holdId!, 1);
      }),
    );
    expect(creditsAwaited(store, accountId)).toBe(true);
    await pay(first!, 4);
    await Promise.all(waiters);
    expect(order).toEqual([1, 2, 3]);
    expect(await readAvailable(store, accountId, null, clock.date())).toEqual({ balance: 3, held: 0, available: 3 });
    expect(creditsAwaited(store, accountId)).toBe(false);
  });

  test('when the others spend everything, those who wait are refused at once', async () => {
    const { store } = opened();
    const accountId = await account(10);
    const first = await take(accountId, 10);
    const waiting = [1, 2].map(() =>
      waitForCredits({ store, clock }, { accountId, signal }, () => take(accountId, 10)),
    );
    await pay(first!, 10);
    expect(await Promise.all(waiting)).toEqual([null, null]);
  });

  test('with nothing held nobody waits', async () => {
    const { store } = opened();
    const accountId = await account(0);
    const began = performance.now();
    expect(await waitForCredits({ store, clock }, { accountId, signal }, () => take(accountId, 10))).toBeNull();
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test('a key that has reached its ceiling does not wait for what it could never get', async () => {
    const { store } = opened();
    const accountId = await account(100);
    await createKey(store, { accountId, cap: 5, now: clock.date() });
    const [key] = await store.query<{ id: number }>(
      { name: 'test-key', text: 'select id from api_keys where account_id = $1::bigint and cap = 5' },
      [accountId],
    );
    const keyId = key!.id;
    await pay((await take(accountId, 10, keyId))!, 5);
    await take(accountId, 10);
    const waited = await waitForCredits({ store, clock }, { accountId, keyId, signal }, () =>
      take(accountId, 10, keyId),
    );
    expect(waited).toBeNull();
  });

  test('the wait ends with its time, and with the caller who leaves', async () => {
    const { store } = opened();
    const accountId = await account(10);
    await take(accountId, 10);
    const leave = new AbortController();
    const attempt = () => take(accountId, 10);
    const late = waitForCredits({ store, clock }, { accountId, millisecondsMax: 250, signal }, attempt);
    const left = waitForCredits({ store, clock }, { accountId, signal: leave.signal }, attempt);
    leave.abort(new Error('the caller left'));
    await expect(left).rejects.toThrow('the caller left');
    expect(await late).toBeNull();
    expect(creditsAwaited(store, accountId)).toBe(false);
  });
});
