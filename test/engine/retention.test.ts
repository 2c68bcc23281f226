import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { pruneAnswers } from '../../packages/engine/src/cache/prune-answers.ts';
import { writeAnswers } from '../../packages/engine/src/cache/write-answers.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { ledgerEntries } from '../../packages/engine/src/credits/ledger.ts';
import { pruneHolds } from '../../packages/engine/src/credits/prune-holds.ts';
import { release } from '../../packages/engine/src/credits/release.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { undo } from '../../packages/engine/src/credits/undo.ts';
import { pruneRateLimits } from '../../packages/engine/src/fleet/prune-rate-limits.ts';
import { keptSeconds } from '../../packages/engine/src/kept-seconds.ts';
import { pruneIdempotency } from '../../packages/engine/src/prune-idempotency.ts';
import { defaultSettings } from '../../packages/engine/src/settings.ts';
import { deleteInSteps } from '../../packages/engine/src/store/delete-in-steps.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { forEachStore } from '../support/open-test-store.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 10, 12);
const at = (days: number) => new Date(start + days * day);

async function rows(store: Store, text: string): Promise<number> {
  const [row] = await store.query<{ count: number }>({ name: '', text: `select count(*) as count from ${text}` }, []);
  return row?.count ?? 0;
}

async function accountWithKey(store: Store, userId: number) {
  await createAccount(store, { userId, credits: 1_000, apiKey: randomUUID(), now: at(0) });
  await createKey(store, { accountId: userId, cap: 100, now: at(0) });
  const [key] = await store.query<{ id: number }>(
    { name: '', text: `select id from api_keys where account_id = $1::bigint and cap = 100` },
    [userId],
  );
  return { accountId: userId, keyId: key!.id };
}

async function held(
  store: Store,
  owner: { accountId: number; keyId: number },
  now: Date,
  amount = 10,
): Promise<string> {
  const holdId = randomUUID();
  const expiresAt = new Date(now.getTime() + 300_000);
  const made = await hold(store, {
    holdId,
    ...owner,
    amount,
    operation: 'search',
    requestId: holdId,
    gatewayId: randomUUID(),
    now,
    expiresAt,
  });
  expect(made).not.toBeNull();
  return holdId;
}

forEachStore((opened) => {
  test('closed holds go, those without a charge after a week, paid ones after 90 days; the books stay whole', async () => {
    const { store } = opened();
    const owner = await accountWithKey(store, 501);
    const charges = [{ rule: 'r', item: 'i', credits: 4 }];
    const released = await held(store, owner, at(0));
    await release(store, { holdId: released, now: at(0) });
    const free = await held(store, owner, at(0));
    await settle(store, { holdId: free, cost: 0, charges: [], now: at(0) });
    const paid = await held(store, owner, at(0));
    await settle(store, { holdId: paid, cost: 4, charges, now: at(0) });
    const undone = await held(store, owner, at(0));
    await settle(store, { holdId: undone, cost: 4, charges, now: at(0) });
    await undo(store, { holdId: undone, now: at(0) });
    const pending = await held(store, owner, at(0));
    const left = () => rows(store, `holds where id in ('${[released, free, paid, undone, pending].join("','")}')`);

    expect(await pruneHolds(store, { now: at(6) })).toBe(0);
    expect(await pruneHolds(store, { now: at(8) })).toBe(2);
    expect(await left()).toBe(3);
    expect(await ledgerViolations(store)).toEqual([]);
    expect(await pruneHolds(store, { now: at(89) })).toBe(0);
    expect(await pruneHolds(store, { now: at(91) })).toBe(2);
    expect(await left()).toBe(1);
    expect(await ledgerViolations(store)).toEqual([]);
    const entries = await ledgerEntries(store, { accountId: 501 });
    expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['adjust', 4],
      ['usage', -4],
      ['usage', -4],
      ['grant', 1_000],
    ]);
    expect(entries[2]).toMatchObject({ requestId: paid, charges });
    await release(store, { holdId: pending, now: at(91) });
  });

  test('a key that was used again in time keeps its month, an idle one begins anew, and its ceiling holds', async () => {
    const { store } = opened();
    const owner = await accountWithKey(store, 502);
    await settle(store, { holdId: await held(store, owner, at(0), 60), cost: 60, charges: [], now: at(0) });
    await settle(store, { holdId: await held(store, owner, at(85), 30), cost: 30, charges: [], now: at(85) });
    const left = () => rows(store, 'holds where account_id = 502');
    await pruneHolds(store, { now: at(95) });
    expect(await left()).toBe(1);
    expect(await ledgerViolations(store)).toEqual([]);
    await pruneHolds(store, { now: at(180) });
    expect(await left()).toBe(0);
    expect(await rows(store, `api_keys where id = ${owner.keyId} and month is null and used = 0`)).toBe(1);
    expect(await ledgerViolations(store)).toEqual([]);
    await settle(store, { holdId: await held(store, owner, at(181), 100), cost: 100, charges: [], now: at(181) });
    const expiresAt = at(182);
    const over = {
      holdId: randomUUID(),
      ...owner,
      amount: 1,
      operation: 'search',
      requestId: 'over',
      gatewayId: randomUUID(),
    };
    expect(await hold(store, { ...over, now: at(181), expiresAt })).toBeNull();
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('a hold whose id was paid for once is never paid for again, even when its row is gone', async () => {
    const { store } = opened();
    const owner = await accountWithKey(store, 503);
    const holdId = await held(store, owner, at(0));
    await settle(store, { holdId, cost: 4, charges: [], now: at(0) });
    await pruneHolds(store, { now: at(91) });
    const again = { holdId, ...owner, amount: 10, operation: 'search', requestId: holdId, gatewayId: randomUUID() };
    await hold(store, { ...again, now: at(92), expiresAt: at(93) });
    await expect(settle(store, { holdId, cost: 4, charges: [], now: at(92) })).rejects.toMatchObject({ code: '23505' });
    await release(store, { holdId, now: at(92) });
    await pruneHolds(store, { now: at(100) });
    expect(await ledgerViolations(store)).toEqual([]);
  });

  test('kept answers go with the lifetime of their name space, unknown ones after 30 days', async () => {
    const { store } = opened();
    const keep = (namespace: string) =>
      writeAnswers(store, [{ key: randomUUID(), namespace, accountId: null, body: '{}', fetchedAt: start }]);
    const spaces = [
      'leadSearch',
      'websiteCrawl',
      'placeReviews',
      'place',
      'places-list',
      'places-token',
      'ad-crawl',
      'gone',
    ];
    for (const namespace of spaces) await keep(namespace);
    const secondsOf = keptSeconds({ ...defaultSettings, placesCacheDays: 20 });
    const goneBy = async (days: number) => {
      await pruneAnswers(store, { now: at(days), secondsOf });
      const there = await store.query<{ namespace: string }>({ name: '', text: 'select namespace from answers' }, []);
      const names = new Set(there.map(({ namespace }) => namespace));
      return spaces.filter((space) => !names.has(space));
    };
    expect(await goneBy(6.9)).toEqual([]);
    expect(await goneBy(7.1)).toEqual(['leadSearch', 'placeReviews', 'ad-crawl']);
    expect(await goneBy(14.1)).toEqual(['leadSearch', 'websiteCrawl', 'placeReviews', 'ad-crawl']);
    expect(await goneBy(20.1)).toEqual(spaces.slice(0, -1));
    expect(await goneBy(30.1)).toEqual(spaces);
  });

  test('idempotency rows go after a day, counts of calls when their minute is long over', async () => {
    const { store } = opened();
    await createAccount(store, { userId: 504, credits: 0, now: at(0) });
    await store.query(
      {
        name: '',
        text: `insert into idempotency (account_id, key, input_hash, state, created_at) values (504, 'k', 'h', 'done', $1::timestamptz)`,
      },
      [at(0)],
    );
    expect(await pruneIdempotency(store, { now: at(0.9) })).toBe(0);
    expect(await pruneIdempotency(store, { now: at(1.1) })).toBe(1);
    await store.query({ name: '', text: `insert into rate_limits values ('9', 1, $1::bigint)` }, [start + 60_000]);
    expect(await pruneRateLimits(store, { now: new Date(start + 61_000) })).toBe(0);
    expect(await pruneRateLimits(store, { now: new Date(start + 700_000) })).toBe(1);
  });

  test('a backlog goes in bounded steps, by several gateways at once', async () => {
    const { store, openAnother } = opened();
    await store.query(
      { name: '', text: `insert into rate_limits select 'backlog ' || n, 1, 0 from generate_series(1, 1000) n` },
      [],
    );
    const statement = {
      name: '',
      text: `with due as (select key from rate_limits where key like 'backlog %' limit $1::integer for update skip locked),
        gone as (delete from rate_limits r using due d where r.key = d.key returning 1) select count(*) as gone from gone`,
    };
    expect(await deleteInSteps(store, statement, [], { rowsMax: 100, stepsMax: 3 })).toBe(300);
    const other = await openAnother();
    const both = await Promise.all(
      [store, other].map((each) => deleteInSteps(each, statement, [], { rowsMax: 100, stepsMax: 20 })),
    );
    expect(both[0]! + both[1]!).toBe(700);
    await other.close();
  });
});
