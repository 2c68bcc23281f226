import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

/** Each upstream call of these takes so long that several rounds of them would be seen. */
const afterMilliseconds = 700;
const ids = (prefix: string) => Array.from({ length: 20 }, (_, index) => `${prefix}-${index}`);

function slowSite(host: string): void {
  const pages = Array.from({ length: 14 }, (_, index) => `/contact-${index}`);
  const links = pages.map((path) => `<a href="${path}">Contact</a>`).join(' ');
  gateway.desk.sites.set(host, {
    '/': { body: `<p>info@${host} ${links}</p>`, afterMilliseconds },
    ...Object.fromEntries(pages.map((path) => [path, { body: `<p>mail@${host}</p>`, afterMilliseconds }])),
  });
}

const cases: [string, string, () => void][] = [
  [
    'leadSearch',
    '{ leadSearch(query: "leaves", resultsPerPage: 100) { resultsCount } }',
    () =>
      gateway.desk.searches.set('leaves', async ({ start }) => {
        await sleep(afterMilliseconds);
        return { results: numberedRows(10, start + 1), hasNextPage: true };
      }),
  ],
  ['websiteCrawl', '{ websiteCrawl(domain: "http://leaves.org") { emails } }', () => slowSite('leaves.org')],
  [
    'websiteCrawls',
    '{ websiteCrawls(domains: ["http://leaves1.org", "http://leaves2.org"]) { emails } }',
    () => {
      slowSite('leaves1.org');
      slowSite('leaves2.org');
    },
  ],
  [
    'adSpy',
    '{ adSpy(query: "leaving ads") { freshCount } }',
    () => {
      const ads = numberedAds(15).map((ad, index) => ({ ...ad, link: `http://leaving-ad${index}.org/` }));
      gateway.desk.searches.set('leaving ads', { results: numberedRows(3), ads });
      for (let index = 0; index < 15; index += 1) slowSite(`leaving-ad${index}.org`);
    },
  ],
  [
    'placesSearch',
    '{ placesSearch(keyword: "leaving places") { resultsCount } }',
    () => {
      gateway.desk.lists.set('leaving places', { ids: ids('leaving') });
      for (const id of ids('leaving'))
        gateway.desk.places.set(id, {
          type: 'application/json',
          body: JSON.stringify({ id, displayName: { text: id } }),
          afterMilliseconds,
        });
    },
  ],
  [
    'an edge of places',
    '{ placesSearch(keyword: "leaving edges") { results { websiteCrawl { emails } placeReviews { placeId } } } }',
    () => {
      gateway.desk.lists.set('leaving edges', { ids: ids('left') });
      for (const [index, id] of ids('left').entries()) {
        gateway.desk.places.set(id, { websiteUri: `http://leaving-edge${index}.org/` });
        slowSite(`leaving-edge${index}.org`);
        // Reviews that come at once would be stored, and paid for, before the client leaves.
        gateway.desk.reviews.set(id, { type: 'application/json', body: JSON.stringify({ id }), afterMilliseconds });
      }
    },
  ],
];

test.each(cases)(
  'a client that leaves %s stops its upstream work, and pays for nothing that was not stored',
  async (name, query, prepare) => {
    prepare();
    const account = await gateway.account(1_000);
    const asked = () => Object.values(gateway.desk.asked).reduce((sum, list) => sum + list.length, 0);
    const before = asked();
    const controller = new AbortController();
    const request = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${account.api_key}`,
        'x-user-id': account.user_id,
      },
      body: JSON.stringify({ query }),
    });
    request.catch(() => {});
    await expect.poll(asked, { timeout: 10_000, interval: 10 }).toBeGreaterThan(before);
    await sleep(300);
    controller.abort();
    await expect(request).rejects.toThrow();
    await sleep(300);
    const left = asked();
    await sleep(3 * afterMilliseconds);
    expect(asked()).toBe(left);
    const { data } = await askGraph(
      gateway,
      account,
      '{ account { balance held ledger { nodes { kind operation } } } }',
    );
    expect(data.account.held).toBe(0);
    // The places were answered before their edges began; the ads were stored before their landing pages were asked for.
    const paid = { 'an edge of places': 200, adSpy: 10 }[name] ?? 0;
    expect(1_000 - data.account.balance).toBeLessThanOrEqual(paid);
  },
);
