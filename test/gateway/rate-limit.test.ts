import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRateLimit } from '../../packages/graphql-gateway/src/rate-limit.ts';
import { askGraph } from '../support/ask-graph.ts';
import { faultyStore } from '../support/faulty-store.ts';
import { forEachStore, openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { createTestLog } from '../support/test-log.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const { store } = opened();
    gateway = await startGateway(store, {
      change: (context) => ({ ...context, admit: createRateLimit(3, { store, log: context.log }) }),
    });
  });
  afterAll(() => gateway?.close());

  test('over the limit a call is 429 with the seconds to wait, free, and other accounts are served', async () => {
    const account = await gateway.account(100);
    for (let call = 0; call < 3; call += 1) {
      expect((await gateway.get('/search.php', { ...account, query: 'limited' })).status).toBe(200);
    }
    const refused = await gateway.get('/search.php', { ...account, query: 'limited' });
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ status: 'error', code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const graph = await askGraph(gateway, account, '{ account { balance } }');
    expect(graph).toMatchObject({ status: 429, errors: [{ extensions: { code: 'rate_limited' } }] });
    expect(await gateway.balance(account)).toBe(90);
    const other = await gateway.account(100);
    expect((await gateway.get('/search.php', { ...other, query: 'limited' })).status).toBe(200);
  });
});

describe('over several gateways', () => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await openTestStore('postgres');
  });
  afterAll(() => opened?.close());
  const { log } = createTestLog();

  /** What a process of its own has of it. */
  const processes = async (count: number, callsPerMinute: number) =>
    Promise.all(
      Array.from({ length: count }, async () =>
        createRateLimit(callsPerMinute, { store: await opened.openAnother(), log }),
      ),
    );
  const admitted = async (calls: Promise<void>[]) =>
    (await Promise.allSettled(calls)).filter(({ status }) => status === 'fulfilled').length;

  test.each([7, 60, 99])('calls at once through three gateways: exactly %i of 150 pass', async (callsPerMinute) => {
    const admits = await processes(3, callsPerMinute);
    const accountId = 1_000 + callsPerMinute;
    expect(await admitted(Array.from({ length: 150 }, (_, call) => admits[call % 3]!(accountId)))).toBe(callsPerMinute);
    // Also one after the other, and in a gateway that starts now.
    const [newcomer] = await processes(1, callsPerMinute);
    await expect(newcomer!(accountId)).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(admits[0]!(accountId + 1)).resolves.toBeUndefined();
  });

  test('a high limit costs a question per hundredth of it, and is at most that much too low per further gateway', async () => {
    const asked: string[] = [];
    const { store } = opened;
    const counted = faultyStore(store, (name) => {
      asked.push(name);
      return false;
    });
    const callsPerMinute = 2_000;
    const admits = [createRateLimit(callsPerMinute, { store: counted, log }), ...(await processes(2, callsPerMinute))];
    let passed = 0;
    for (let call = 0; call < 1_000; call += 1) passed += await admitted([admits[0]!(5)]);
    expect([passed, asked.length]).toEqual([1_000, 50]);
    for (let call = 0; call < 3 * callsPerMinute; call += 1) passed += await admitted([admits[call % 3]!(5)]);
    expect(passed).toBeLessThanOrEqual(callsPerMinute);
    expect(passed).toBeGreaterThan(callsPerMinute * 0.98);
    expect(asked.length).toBeLessThan(110);
  });

  test('while the database is away each gateway counts for itself', async () => {
    const { lines, log: heard } = createTestLog();
    const admit = createRateLimit(4, { store: faultyStore(opened.store, () => true), log: heard });
    expect(await admitted(Array.from({ length: 20 }, () => admit(77)))).toBe(4);
    expect(lines[0]).toMatchObject({ level: 'warn' });
  });
});
