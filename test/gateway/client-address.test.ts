import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../packages/graphql-gateway/src/config.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

const adminToken = 'an-admin-token-of-tests';
let opened: TestStore;
let believing: TestGateway;
let plain: TestGateway;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  plain = await startGateway(opened.store, { adminToken });
  const trustProxy = ['127.0.0.1', '10.0.0.0/8'];
  believing = await startGateway(opened.store, { adminToken, doors: { trustProxy } });
});
afterAll(async () => {
  await plain?.close();
  await believing?.close();
  await opened?.close();
});

const metrics = async (gateway: TestGateway, headers: Record<string, string> = {}) =>
  (await gateway.raw('/metrics', { headers })).status;

test.each<[string, Record<string, string>]>([
  ['a stranger by X-Forwarded-For', { 'x-forwarded-for': '203.0.113.7' }],
  ['a stranger by Forwarded', { forwarded: 'for=203.0.113.7;proto=https' }],
  ['a stranger on IPv6', { forwarded: 'for="[2001:db8::7]:4711"' }],
  ['a stranger who claims to be here', { 'x-forwarded-for': '127.0.0.1, 203.0.113.7' }],
  [
    'a stranger who claims it by the header that the proxy passes on',
    { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=127.0.0.1' },
  ],
  ['the same the other way round', { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=203.0.113.7' }],
  ['a stranger behind two proxies', { 'x-forwarded-for': '203.0.113.7, 10.1.2.3' }],
  ['a stranger who claims it behind two proxies', { 'x-forwarded-for': '127.0.0.1, 203.0.113.7, 10.1.2.3' }],
  ['one whom the proxy hides', { forwarded: 'for=unknown' }],
  ['a header that nobody can read', { forwarded: 'for=127.0.0.1;;=' }],
  ['an entry that is no address', { 'x-forwarded-for': '127.0.0.1, localhost' }],
  ['an empty entry', { 'x-forwarded-for': '' }],
])('a proxy on loopback does not open /metrics to %s', async (_who, headers) => {
  expect(await metrics(believing, headers)).toBe(403);
  expect(await metrics(plain, headers)).toBe(403);
  expect(await metrics(believing, { ...headers, authorization: `Bearer ${adminToken}` })).toBe(200);
});

test('who asks on this machine needs no token, also by a proxy that is believed', async () => {
  expect(await metrics(plain)).toBe(200);
  expect(await metrics(believing)).toBe(200);
  expect(await metrics(believing, { 'x-forwarded-for': '127.0.0.1' })).toBe(200);
  expect(await metrics(believing, { forwarded: 'for="[::1]"', 'x-forwarded-for': '::1' })).toBe(200);
  // Here nobody said that the proxy is to be believed.
  expect(await metrics(plain, { 'x-forwarded-for': '127.0.0.1' })).toBe(403);
});

test('the log names the client, not the proxy', async () => {
  const account = await believing.account();
  await believing.get(
    '/search.php',
    { ...account, query: 'where from' },
    { headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7:51234, 10.1.2.3' } },
  );
  const line = believing.lines.findLast(({ message }) => message === 'request');
  expect(line?.fields).toMatchObject({ operation: 'search', status: 200, client: '203.0.113.7' });
});

test('an entry that is no address ends the start', () => {
  expect(() => readConfig({ LEADGEN_TRUST_PROXY: '10.0.0.1, proxy.example' })).toThrow(
    'LEADGEN_TRUST_PROXY: invalid IP address: proxy.example',
  );
  expect(() => readConfig({ LEADGEN_TRUST_PROXY: '10.0.0.0/99' })).toThrow(/^LEADGEN_TRUST_PROXY: /);
  expect(readConfig({ LEADGEN_TRUST_PROXY: 'uniquelocal, 2001:db8::/32' }).trustProxy).toEqual([
    'uniquelocal',
    '2001:db8::/32',
  ]);
});
