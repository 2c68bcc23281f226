import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { heartbeat } from '../../packages/engine/src/credits/heartbeat.ts';
import {
  addKeptRows,
  closeKeptResult,
  openKeptResult,
  readKeptResult,
  readKeptRows,
} from '../../packages/engine/src/kept-results/kept-result.ts';
import { keptResultLimits } from '../../packages/engine/src/kept-results/limits.ts';
import { pruneKeptResults } from '../../packages/engine/src/kept-results/prune-kept-results.ts';
import { forEachStore } from '../support/open-test-store.ts';

const now = new Date('2026-03-01T12:00:00Z');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

forEachStore((opened) => {
  const gatewayId = randomUUID();
  let accountId = 0;

  async function keep({ rows = ['{"a":1}', '{"a":2}'], at = now }: { rows?: string[]; at?: Date } = {}) {
    const { store } = opened();
    accountId += 1;
    await createAccount(store, { userId: accountId, credits: 10, now });
    const id = randomUUID();
    await openKeptResult(store, { id, accountId, source: 'crawl', gatewayId, now: at });
    await addKeptRows(store, { id, from: 0, rows });
    return { id, accountId };
  }
  const read = (kept: { id: string; accountId: number }, { at = now, by = gatewayId } = {}) =>
    readKeptResult(opened().store, { ...kept, gatewayId: by, now: at });

  afterEach(async () => {
    await pruneKeptResults(opened().store, { now: later(10_000) });
  });

  test('rows are read in their order, from any of them on, to the letter', async () => {
    const kept = await keep();
    await addKeptRows(opened().store, { id: kept.id, from: 2, rows: ['{"a": 3}'] });
    expect(await readKeptRows(opened().store, { id: kept.id, from: 0, limit: 10 })).toEqual([
      '{"a":1}',
      '{"a":2}',
      '{"a": 3}',
    ]);
    expect(await readKeptRows(opened().store, { id: kept.id, from: 1, limit: 1 })).toEqual(['{"a":2}']);
    expect(await read(kept)).toMatchObject({ source: 'crawl', state: 'running', rows: 3 });
  });

  test('what is closed tells its cost and what was kept with it', async () => {
    const kept = await keep();
    await closeKeptResult(opened().store, { id: kept.id, credits: 7, document: { coverage: { status: 'OK' } } });
    expect(await read(kept)).toMatchObject({ state: 'done', credits: 7, document: { coverage: { status: 'OK' } } });
  });

  test("another account's, an expired and a malformed id are not there", async () => {
    const kept = await keep();
    expect(await read({ ...kept, accountId: kept.accountId + 1_000 })).toBe(null);
    expect(await read(kept, { at: later(keptResultLimits.keptHours) })).toBe(null);
    expect(await read({ ...kept, id: "x' or true" })).toBe(null);
  });

  test('one whose gateway is silent is cut, one whose gateway lives still runs', async () => {
    const kept = await keep();
    const by = randomUUID();
    expect(await read(kept, { by })).toMatchObject({ state: 'cut' });
    await heartbeat(opened().store, { gatewayId });
    expect(await read(kept, { by })).toMatchObject({ state: 'running' });
  });

  test('the oldest make room, and what is expired is deleted with its rows', async () => {
    const first = await keep();
    const { store } = opened();
    for (let number = 1; number <= keptResultLimits.perAccountMax; number += 1) {
      const at = new Date(now.getTime() + number);
      await openKeptResult(store, {
        id: randomUUID(),
        accountId: first.accountId,
        source: 'crawl',
        gatewayId,
        now: at,
      });
    }
    expect(await read(first)).toBe(null);
    expect(await readKeptRows(store, { id: first.id, from: 0, limit: 10 })).toEqual([]);
    expect(await pruneKeptResults(store, { now: later(1) })).toBe(0);
    expect(await pruneKeptResults(store, { now: later(keptResultLimits.keptHours + 1) })).toBe(
      keptResultLimits.perAccountMax,
    );
  }, 120_000);

  test('a row that is too long is refused', async () => {
    const rows = [JSON.stringify('x'.repeat(keptResultLimits.rowBytesMax))];
    await expect(keep({ rows })).rejects.toThrow('too long');
  });
});
