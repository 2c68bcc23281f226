import { afterAll, beforeAll, expect, test } from 'vitest';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { numberedRows } from '../support/engine-pages.ts';
import { createTestDatabase } from '../support/open-test-store.ts';
import { type LiveProcess, startLiveProcess } from '../support/start-live-process.ts';
import { startProxy, type TestProxy } from '../support/start-proxy.ts';
import { startUpstreamDesk, type UpstreamDesk } from '../support/upstream-desk.ts';

let desk: UpstreamDesk;
let proxy: TestProxy;
let live: LiveProcess;

beforeAll(async () => {
  desk = await startUpstreamDesk();
  const url = new URL(await createTestDatabase());
  proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  live = await startLiveProcess(desk.url, { DATABASE_URL: url.href });
});
afterAll(async () => {
  await live?.close();
  await proxy?.close();
  await desk?.close();
});

const codeOf = async (path: string, parameters: object) => {
  const { status, json, text } = await live.get(path, parameters);
  expect(text).not.toMatch(/ECONN|\.ts:|at async|postgres/);
  return `${status} ${json.code ?? json.status}`;
};
const isBack = () =>
  expect.poll(() => codeOf('/search.php', { query: 'back' }), { timeout: 30_000 }).toBe('200 success');
/** The key is asked of the database again after five seconds. */
const untilForgotten = () => new Promise((resolve) => setTimeout(resolve, 5_500));

test('the database goes away: 503 while the key is checked, 500 later, nothing charged; the process stays and recovers', async () => {
  await isBack();
  expect(await codeOf('/search.php', { query: 'warm' })).toBe('200 success');
  const before = (await showAccount(live.store, 123))!.balance;

  proxy.set('refuse');
  // The key is known for five seconds: what fails is later.
  expect(await codeOf('/search.php', { query: 'cold' })).toBe('500 db_error');
  expect(await codeOf('/places/search.php', { keyword: 'cold' })).toBe('500 db_error');
  expect(await codeOf('/search.php', { query: 'warm' })).toBe('200 success');
  await untilForgotten();
  expect(await codeOf('/search.php', { query: 'cold' })).toBe('503 auth_error');
  expect(await codeOf('/search.php', {})).toBe('503 auth_error');
  expect((await fetch(`${live.url}/livez`)).status).toBe(200);
  expect((await fetch(`${live.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${live.url}/metrics`)).status).toBe(200);

  proxy.set('pass');
  await isBack();
  expect((await fetch(`${live.url}/readyz`)).status).toBe(200);
  await expect.poll(async () => (await showAccount(live.store, 123))?.held, { timeout: 20_000 }).toBe(0);
  expect((await showAccount(live.store, 123))!.balance).toBe(before);
  expect(desk.asked.searches.filter(({ query }) => query === 'cold')).toEqual([]);
});

test('the database goes away while the upstream is asked: an error, nothing charged, no hold left', async () => {
  await isBack();
  const before = (await showAccount(live.store, 123))!.balance;
  desk.searches.set('during', async () => {
    proxy.set('refuse');
    return { results: numberedRows(10) };
  });
  expect(await codeOf('/search.php', { query: 'during' })).toBe('500 db_error');
  proxy.set('pass');
  await isBack();
  await expect.poll(async () => (await showAccount(live.store, 123))?.held, { timeout: 30_000 }).toBe(0);
  expect((await showAccount(live.store, 123))!.balance).toBe(before);
  expect(await ledgerViolations(live.store)).toEqual([]);
  desk.searches.set('during', { results: numberedRows(10) });
  expect(await codeOf('/search.php', { query: 'during' })).toBe('200 success');
  expect((await showAccount(live.store, 123))!.balance).toBe(before - 10);
});
