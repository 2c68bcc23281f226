import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveProcess, startLiveProcess } from '../support/start-live-process.ts';
import { startUpstreamDesk, type UpstreamDesk } from '../support/upstream-desk.ts';

let desk: UpstreamDesk;
let live: LiveProcess;
const adminToken = 'admin-token-0123456789';
beforeAll(async () => {
  desk = await startUpstreamDesk();
  live = await startLiveProcess(desk.url, {
    LEADGEN_LOG_LEVEL: 'trace',
    LEADGEN_ADMIN_TOKEN: adminToken,
    TZ: 'Asia/Tokyo',
  });
});
afterAll(async () => {
  await live?.close();
  await desk?.close();
});

test('no key, no token and no password is in any log line or answer of a process that tells all', async () => {
  const broken = { status: 500, body: 'x' };
  desk.searches.set('broken', broken);
  desk.lists.set('broken', broken);
  desk.reviews.set('broken', broken);
  const replies = [
    await live.get('/search.php', { query: 'fine' }),
    await live.get('/search.php', { query: 'broken' }),
    await live.get('/search.php', { query: 'fine', api_key: `${live.account.api_key}-wrong` }),
    await live.get('/search.php', { query: 'fine', se: live.account.api_key }),
    await live.get('/places/search.php', { keyword: 'broken' }),
    await live.get('/places/reviews.php', { place_id: 'broken' }),
    await live.get('/crawl.php', { domain: `nowhere.example/?api_key=${live.account.api_key}` }),
  ];
  await fetch(`${live.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${live.account.api_key}`,
      'x-user-id': '123',
    },
    body: JSON.stringify({ query: '{ leadSearch(query: "broken") { resultsCount } }' }),
  });
  await fetch(`${live.url}/metrics`, {
    headers: { authorization: `Bearer ${adminToken}`, 'x-forwarded-for': '203.0.113.1' },
  });
  // A search that failed was logged.
  await expect.poll(() => live.said()).toMatch(/search/);
  const told = [live.said(), live.banner, ...replies.map(({ text }) => text)].join('\n');
  for (const secret of [live.account.api_key, 'scraperapi-secret-0123456789', 'places-secret-0123456789', adminToken]) {
    expect(told).not.toContain(secret);
  }
});

test('P9 times are UTC wherever the process runs', async () => {
  desk.searches.set('times', { results: [], ads: [{ title: 'Times', link: 'http://127.0.0.1:9/' }] });
  desk.searches.set('times', {
    results: [{ title: 'R', link: 'https://r.org/' }],
    ads: [{ title: 'T', link: 'http://127.0.0.1:9/' }],
  });
  const { json } = await live.get('/ads.php', { query: 'times' });
  const [row] = (json.data as { results: { first_seen: string }[] }).results;
  const seen = Date.parse(`${row!.first_seen.replace(' ', 'T')}Z`);
  expect(Math.abs(Date.now() - seen)).toBeLessThan(60_000);
});
