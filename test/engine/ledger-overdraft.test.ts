import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { expire } from '../../packages/engine/src/credits/expire.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { ledgerEntries } from '../../packages/engine/src/credits/ledger.ts';
import { readAvailable } from '../../packages/engine/src/credits/read-available.ts';
import { release } from '../../packages/engine/src/credits/release.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { forEachStore } from '../support/open-test-store.ts';

const gatewayId = randomUUID();
const now = new Date('2026-03-04T05:06:07Z');
const expiresAt = new Date('2026-03-04T05:11:07Z');
const later = new Date('2026-03-04T05:11:08Z');
let lastUser = 0;

forEachStore((opened) => {
  async function account(credits: number) {
    lastUser += 1;
    const userId = lastUser;
    await createAccount(opened().store, { userId, credits, now });
    return userId;
  }
  const take = (accountId: number, amount: number, more: { exact?: boolean; holdId?: string } = {}) =>
    hold(opened().store, {
      holdId: randomUUID(),
      accountId,
      keyId: null,
      amount,
      operation: 'search',
      requestId: 'request',
      gatewayId,
      now,
      expiresAt,
      ...more,
    });

  test('1,000 parallel calls on 10 credits never overdraw', async () => {
    const { store } = opened();
    const accountId = await account(10);
    let admitted = 0;
    let refused = 0;
    let paid = 0;
    const call = async (index: number) => {
      const holdId = randomUUID();
      if (!(await take(accountId, 3, { holdId }))) {
        refused += 1;
        return;
      }
      admitted += 1;
      // A third fails, a fifth crashes, the rest pay up to more than was held.
      if (index % 3 === 0) await release(store, { holdId, now });
      else if (index % 5 !== 0) {
        const settled = await settle(store, { holdId, cost: 1 + (index % 5), charges: [], now });
        paid += settled?.cost ?? 0;
      }
    };
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => call(index)));
    await expire(store, { now: later });
    const left = await readAvailable(store, accountId, null, now);
    expect(admitted + refused).toBe(1_000);
    expect(refused).toBeGreaterThan(500);
    expect(left).toEqual({ balance: 10 - paid, held: 0, available: 10 - paid });
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('a hold takes what there is, an exact one all or nothing', async () => {
    const accountId = await account(7);
    expect(await take(accountId, 10, { exact: true })).toBeNull();
    expect(await take(accountId, 5)).toEqual({ held: 5, available: 2 });
    expect(await take(accountId, 10)).toEqual({ held: 2, available: 0 });
    expect(await take(accountId, 1)).toBeNull();
  });

  test('a second settle deducts nothing', async () => {
    const { store } = opened();
    const accountId = await account(20);
    const holdId = randomUUID();
    await take(accountId, 10, { holdId });
    const charges = [{ rule: 'a rule', item: 'a\0b\ud800', credits: 4 }];
    expect(await settle(store, { holdId, cost: 4, charges, now })).toEqual({ balance: 16, available: 16, cost: 4 });
    expect(await settle(store, { holdId, cost: 4, charges, now })).toBeNull();
    expect(await release(store, { holdId, now })).toBeNull();
    expect(await ledgerEntries(store, { accountId })).toMatchObject([
      {
        kind: 'usage',
        amount: -4,
        balanceAfter: 16,
        operation: 'search',
        requestId: 'request',
        charges: [{ item: 'ab\ufffd' }],
      },
      { kind: 'grant', amount: 20, balanceAfter: 20 },
    ]);
  });

  test('a settle after a release deducts nothing', async () => {
    const { store } = opened();
    const accountId = await account(20);
    const holdId = randomUUID();
    await take(accountId, 10, { holdId });
    expect(await release(store, { holdId, now })).toEqual({ balance: 20, available: 20 });
    expect(await settle(store, { holdId, cost: 4, charges: [], now })).toBeNull();
  });

  test('a price above the hold is cut to it', async () => {
    const { store } = opened();
    const accountId = await account(6);
    const holdId = randomUUID();
    await take(accountId, 10, { holdId });
    expect(await settle(store, { holdId, cost: 200, charges: [], now, whole: true })).toBeNull();
    expect(await settle(store, { holdId, cost: 200, charges: [], now })).toEqual({ balance: 0, available: 0, cost: 6 });
  });

  test('where expiry and settle race, one of them wins and the books agree', async () => {
    const { store } = opened();
    const accountId = await account(200);
    const ids = Array.from({ length: 100 }, () => randomUUID());
    await Promise.all(ids.map((holdId) => take(accountId, 2, { holdId })));
    const settles = ids.map((holdId) => settle(store, { holdId, cost: 1, charges: [], now: later }));
    const [swept, ...settled] = await Promise.all([expire(store, { now: later }), ...settles]);
    await expire(store, { now: later });
    const paid = settled.filter((result) => result !== null).length;
    const left = await readAvailable(store, accountId, null, now);
    expect(left).toEqual({ balance: 200 - paid, held: 0, available: 200 - paid });
    expect(swept).toBeLessThanOrEqual(100);
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('two sweepers neither block each other nor free a hold twice', async () => {
    const { store, openAnother } = opened();
    const other = await openAnother();
    const accounts = await Promise.all(Array.from({ length: 20 }, () => account(1_000)));
    await Promise.all(Array.from({ length: 1_200 }, (_, index) => take(accounts[index % 20]!, 3)));
    const swept = await Promise.all([expire(store, { now: later }), expire(other, { now: later })]);
    swept.push(await expire(store, { now: later }));
    expect(swept.reduce((sum, count) => sum + count)).toBe(1_200);
    expect(await ledgerViolations(store)).toEqual([]);
    await other.close();
  });

  test('a hold that is due only later stays', async () => {
    const { store } = opened();
    const accountId = await account(5);
    const holdId = randomUUID();
    await take(accountId, 5, { holdId });
    await expire(store, { now });
    expect(await settle(store, { holdId, cost: 5, charges: [], now })).toMatchObject({ balance: 0 });
  });

  test('the ledger refuses to be changed', async () => {
    const { store } = opened();
    await account(5);
    for (const text of ['update ledger set amount = 1', 'delete from ledger', 'truncate ledger']) {
      await expect(store.query({ name: text, text }, [])).rejects.toThrow('append-only');
    }
  });
});
