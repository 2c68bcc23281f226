import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRateLimit } from '../../packages/graphql-gateway/src/rate-limit.ts';
import { askGraph } from '../support/ask-graph.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store, { change: (context) => ({ ...context, admit: createRateLimit(3) }) });
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

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
