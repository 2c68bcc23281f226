import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { numberedRows } from '../support/engine-pages.ts';
import { bareEnvironment } from '../support/run-leadgen.ts';
import { startLiveProcess } from '../support/start-live-process.ts';
import { startUpstreamDesk, type UpstreamDesk } from '../support/upstream-desk.ts';

let desk: UpstreamDesk;
beforeAll(async () => {
  desk = await startUpstreamDesk();
});
afterAll(() => desk?.close());

const slowly = (milliseconds: number) => async () => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return { results: numberedRows(10) };
};

test('SIGTERM: nothing new is accepted, what runs is answered and paid, exit 0', async () => {
  const live = await startLiveProcess(desk.url);
  desk.searches.set('in flight', slowly(1_500));
  const answer = live.get('/search.php', { query: 'in flight' });
  await expect.poll(() => desk.asked.searches.length).toBeGreaterThan(0);
  const ended = live.stop();
  await expect
    .poll(() =>
      fetch(`${live.url}/livez`).then(
        () => 'accepted',
        () => 'refused',
      ),
    )
    .toBe('refused');
  expect(await answer).toMatchObject({ status: 200, json: { credits_used: 10 } });
  expect(await ended).toBe(0);
  expect(await showAccount(live.store, 123)).toMatchObject({ balance: 990, held: 0 });
  await live.close();
});

test('SIGTERM without any request ends at once', async () => {
  const live = await startLiveProcess(desk.url);
  const before = performance.now();
  expect(await live.stop()).toBe(0);
  expect(performance.now() - before).toBeLessThan(5_000);
  await live.close();
});

test('SIGTERM: what does not end within 30 s is cut, its hold given back, exit 0', async () => {
  const live = await startLiveProcess(desk.url);
  desk.searches.set('too long', slowly(70_000));
  const asked = desk.asked.searches.length;
  const answer = live.get('/search.php', { query: 'too long' }).catch(() => 'cut');
  await expect.poll(() => desk.asked.searches.length).toBeGreaterThan(asked);
  expect(await showAccount(live.store, 123)).toMatchObject({ held: 10 });
  expect(await live.stop()).toBe(0);
  expect(await answer).toBe('cut');
  expect(await showAccount(live.store, 123)).toMatchObject({ balance: 1_000, held: 0 });
  await live.close();
}, 60_000);

test('SIGTERM during the start ends it, exit 0: also as the first process of a container', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const script = fileURLToPath(new URL('../../packages/graphql-gateway/start.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...bareEnvironment(), PORT: '0', DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await once(child.stderr, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  silent.close();
});
