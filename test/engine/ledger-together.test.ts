import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { holdTogether } from '../../packages/engine/src/credits/hold-together.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { ledgerEntries } from '../../packages/engine/src/credits/ledger.ts';
import { readAvailable } from '../../packages/engine/src/credits/read-available.ts';
import { settleTogether } from '../../packages/engine/src/credits/settle-together.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { forEachStore } from '../support/open-test-store.ts';

const gatewayId = randomUUID();
const now = new Date('2026-03-04T05:06:07Z');
const expiresAt = new Date('2026-03-04T05:11:07Z');
let lastUser = 0;

forEachStore((opened) => {
  async function account(credits: number): Promise<number> {
    lastUser += 1;
    await createAccount(opened().store, { userId: lastUser, credits, now });
    return lastUser;
  }
  const requestOf = (accountId: number, amount: number, keyId: number | null = null) => ({
    holdId: randomUUID(),
    accountId,
    keyId,
    amount,
    operation: 'crawl',
    requestId: 'request',
    gatewayId,
    now,
    expiresAt,
  });

  function counted(): { store: Store; names: string[] } {
    const names: string[] = [];
    const { store } = opened();
    return {
      names,
      store: {
        ...store,
        query: (statement: Parameters<typeof store.query>[0], values: readonly unknown[]) => {
          names.push(statement.name);
          return store.query(statement, values);
        },
      } as Store,
    };
  }

  test('calls that come together are held and settled in a few statements, each with an entry of its own', async () => {
    const { store, names } = counted();
    const accounts = [await account(1_000), await account(1_000)];
    const calls = accounts.flatMap((accountId) =>
      Array.from({ length: 30 }, (_, index) => ({ request: requestOf(accountId, 15), cost: index % 4 })),
    );
    const held = await Promise.all(calls.map(({ request }) => holdTogether(store, request)));
    expect(held.every((each) => each?.held === 15)).toBe(true);
    expect(await readAvailable(store, accounts[0]!, null, now)).toMatchObject({ available: 550, held: 450 });
    const charges = (credits: number) => [{ rule: 'a rule', item: 'an\0item', credits }];
    const settled = await Promise.all(
      calls.map(({ request: { accountId, holdId }, cost }) =>
        settleTogether(store, accountId, { holdId, cost, charges: charges(cost), now, whole: true }),
      ),
    );
    expect(settled.map((each) => each?.cost)).toEqual(calls.map(({ cost }) => cost));
    expect(names.filter((name) => /hold|settle/.test(name)).length).toBeLessThanOrEqual(14);
    for (const accountId of accounts) {
      const entries = await ledgerEntries(store, { accountId });
      const used = entries.filter(({ kind }) => kind === 'usage');
      expect(used).toHaveLength(22);
      for (const [index, entry] of entries.slice(0, -1).entries())
        expect(entry.balanceAfter).toBe(entries[index + 1]!.balanceAfter + entry.amount);
      expect(entries[0]!.balanceAfter).toBe(1_000 - used.reduce((sum, { amount }) => sum - amount, 0));
      expect(await readAvailable(store, accountId, null, now)).toMatchObject({
        available: entries[0]!.balanceAfter,
        held: 0,
      });
    }
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('where there is not enough for all, each gets what those before it left, and a key keeps its ceiling', async () => {
    const { store } = counted();
    const accountId = await account(100);
    const requests = Array.from({ length: 10 }, () => requestOf(accountId, 15));
    const held = await Promise.all(requests.map((request) => holdTogether(store, request)));
    expect(held.map((each) => each?.held ?? 0)).toEqual([15, 15, 15, 15, 15, 15, 10, 0, 0, 0]);
    const rich = await account(1_000);
    const { prefix } = (await createKey(store, { accountId: rich, cap: 40, now }))!;
    const [key] = await store.query<{ id: number }>(
      { name: 'key-of-test', text: 'select id from api_keys where account_id = $1::bigint and prefix = $2::text' },
      [rich, prefix],
    );
    const capped = Array.from({ length: 6 }, () => requestOf(rich, 10, key!.id));
    const ofKey = await Promise.all(capped.map((request) => holdTogether(store, request)));
    expect(ofKey.map((each) => each?.held ?? 0)).toEqual([10, 10, 10, 10, 0, 0]);
    const settled = await Promise.all(
      capped.slice(0, 4).map(({ holdId }) => settleTogether(store, rich, { holdId, cost: 7, charges: [], now })),
    );
    expect(settled.map((each) => each?.cost)).toEqual([7, 7, 7, 7]);
    expect((await holdTogether(store, requestOf(rich, 100, key!.id)))?.held).toBe(40 - 28);
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('settled twice, a hold is paid once, also beside others', async () => {
    const { store } = counted();
    const accountId = await account(100);
    const requests = Array.from({ length: 5 }, () => requestOf(accountId, 10));
    await Promise.all(requests.map((request) => holdTogether(store, request)));
    const settle = (cost: number) =>
      Promise.all(
        requests.map(({ holdId }) => settleTogether(store, accountId, { holdId, cost, charges: [], now, whole: true })),
      );
    // More than is held: nothing happens.
    expect(await settle(11)).toEqual([null, null, null, null, null]);
    expect((await settle(3)).every((each) => each?.cost === 3)).toBe(true);
    expect(await settle(3)).toEqual([null, null, null, null, null]);
    expect(await readAvailable(store, accountId, null, now)).toMatchObject({ available: 85, held: 0 });
    expect(await ledgerViolations(store)).toEqual([]);
  });
});
