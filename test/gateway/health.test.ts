import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultyStore } from '../support/faulty-store.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store, { adminToken: 'an-admin-token-of-tests' });
  });
  afterAll(() => gateway?.close());

  test('/livez answers without the database, /readyz with it', async () => {
    expect((await gateway.raw('/livez')).json).toEqual({ status: 'ok' });
    const ready = await gateway.raw('/readyz');
    expect([ready.status, ready.json]).toEqual([200, { status: 'ready', upstream: 'live', database: opened().kind }]);
    const db = new Proxy(opened().store.db, {
      get: () => () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    });
    const away = await startGateway({ ...faultyStore(opened().store, () => true), db } as never);
    expect((await away.raw('/livez')).status).toBe(200);
    const reply = await away.raw('/readyz');
    expect([reply.status, reply.json.status]).toEqual([503, 'database unreachable']);
    expect((await away.raw('/metrics')).status).toBe(200);
    await away.close();
  });

  test('other methods are refused', async () => {
    for (const path of ['/livez', '/readyz', '/metrics']) {
      const reply = await gateway.raw(path, { method: 'POST' });
      expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  test('/metrics counts answers and credits, shows the ledger, names no account', async () => {
    const account = await gateway.account();
    await gateway.get('/search.php', { ...account, query: 'health' });
    await gateway.get('/search.php', { ...account, query: 'health' });
    const { text, status } = await gateway.raw('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/^leadgen_ledger_violations 0$/m);
    expect(text).toMatch(/^leadgen_http_request_duration_seconds_count\{operation="search",status="200"\} 2$/m);
    expect(text).not.toContain(account.api_key);
    expect(text).not.toMatch(/user_id|account=/);
    const sum = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\d+)$`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    expect([sum('leadgen_answers_total'), sum('leadgen_credits_used_total')]).toEqual([2, 10]);
  });

  test('/metrics of a request that a proxy forwarded needs the admin token', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    expect((await gateway.raw('/metrics', { headers: forwarded })).status).toBe(403);
    const wrong = { ...forwarded, authorization: 'Bearer an-admin-token-of-test' };
    expect((await gateway.raw('/metrics', { headers: wrong })).status).toBe(403);
    const right = { ...forwarded, authorization: 'Bearer an-admin-token-of-tests' };
    expect((await gateway.raw('/metrics', { headers: right })).status).toBe(200);
  });
});
