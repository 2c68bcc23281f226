import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { createTestDatabase } from '../support/open-test-store.ts';
import { runLeadgen } from '../support/run-leadgen.ts';
import { startTopology, type Topology } from '../support/start-topology.ts';
import { createTestLog } from '../support/test-log.ts';

/** What compose.yaml describes, as processes, used as an operator and a caller would. */
let topology: Topology;
beforeAll(async () => {
  topology = await startTopology({ databaseUrl: await createTestDatabase() });
});
afterAll(() => topology?.stop());

const headers = { authorization: 'Bearer demo', 'x-user-id': '1', 'content-type': 'application/json' };
const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${topology.url}${path}`, { headers, ...init });
  return { status: response.status, text: await response.text() };
};

test('callers are served by both gateways through the proxy, and an answer is paid once', async () => {
  const search = '/api/v1/search.php?api_key=demo&user_id=1&query=dentist';
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(search)));
  const bills = answers.map(({ text }) => (JSON.parse(text) as { credits_used: number }).credits_used);
  expect(bills.filter((credits) => credits > 0)).toEqual([10]);
  const counts = await Promise.all(
    topology.gateways.map(async ({ url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(
        /^leadgen_http_request_duration_seconds_count\{operation="search",status="200"\} (\d+)$/m.exec(text)?.[1],
      );
    }),
  );
  expect(counts).toEqual([10, 10]);
});

test('a batch is finished although a worker is killed and a gateway is stopped: each input once, paid once', async () => {
  const { environment } = topology;
  const granted = await runLeadgen(environment, ['account', 'grant', '1', '1000']);
  expect(granted.code).toBe(0);
  const inputs = Array.from({ length: 60 }, (_, index) => ({
    placeId: `ChIJsandbox${String(index % 40).padStart(3, '0')}`,
  }));
  const sent = await ask('/batches', { method: 'POST', body: JSON.stringify({ operation: 'placeReviews', inputs }) });
  expect(sent.status).toBe(202);
  const { id } = JSON.parse(sent.text) as { id: string };
  await topology.workers[0]!.kill();
  expect(await topology.gateways[0]!.stop()).toBe(0);
  const shown = async () => JSON.parse((await ask(`/batches/${id}`)).text) as Record<string, unknown>;
  await expect.poll(shown, { timeout: 90_000, interval: 500 }).toMatchObject({ status: 'done', done: 60, failed: 0 });
  const rows = (await ask(`/batches/${id}/results.jsonl`)).text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { index: number });
  expect(rows.map(({ index }) => index)).toEqual(inputs.map((_, index) => index));
  // Forty places, each bought once.
  expect(await shown()).toMatchObject({ creditsUsed: 200 });
  const store = await openStore({
    databaseUrl: topology.databaseUrl,
    schema: 'leadgen_sandbox',
    log: createTestLog().log,
  });
  expect(await ledgerViolations(store)).toEqual([]);
  await store.close();
}, 150_000);

test('who stops last ends well', async () => {
  expect(await topology.gateways[1]!.stop()).toBe(0);
  expect(await topology.workers[1]!.stop()).toBe(0);
});
