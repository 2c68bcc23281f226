import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CreditBudget, createCreditBudget } from '../../packages/engine/src/credits/credit-budget.ts';
import { askGraph } from '../support/ask-graph.ts';
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

const call = fc.record({
  bound: fc.nat({ max: 20 }),
  /** Of the bound, what is used in the end. */
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  startsAfter: fc.nat({ max: 6 }),
  lasts: fc.nat({ max: 6 }),
  /** Its caller leaves after so many turns. */
  leavesAfter: fc.option(fc.nat({ max: 6 }), { freq: 4 }),
  list: fc.nat({ max: 2 }),
});

test('whatever calls take, wait, give back and leave, no ceiling is passed and every call ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 25 }),
      fc.nat({ max: 60 }),
      fc.array(fc.option(fc.nat({ max: 40 })), { minLength: 3, maxLength: 3 }),
      async (calls, ceiling, lists) => {
        const request = createCreditBudget(ceiling);
        const inner = lists.map((each) => (each === null ? request : createCreditBudget(each, request)));
        const spent = { held: 0, used: 0, lists: lists.map(() => ({ held: 0, used: 0 })) };
        const outcomes = await Promise.all(
          calls.map(async ({ bound, share, startsAfter, lasts, leavesAfter, list }) => {
            const leaving = new AbortController();
            if (leavesAfter !== null) void turns(leavesAfter).then(() => leaving.abort(new Error('left')));
            await turns(startsAfter);
            const own = spent.lists[list]!;
            let giveBack: (used: number) => void;
            try {
              giveBack = await (inner[list] as CreditBudget).take(bound, leaving.signal);
            } catch (error) {
              return (error as Error).message === 'left' ? 'left' : 'refused';
            }
            own.held += bound;
            spent.held += bound;
            expect(spent.held + spent.used).toBeLessThanOrEqual(ceiling);
            const listCeiling = lists[list] ?? null;
            if (listCeiling !== null) expect(own.held + own.used).toBeLessThanOrEqual(listCeiling);
            await turns(lasts);
            const used = Math.floor(bound * share);
            own.held -= bound;
            spent.held -= bound;
            own.used += used;
            spent.used += used;
            giveBack(used);
            // Told twice, it counts once.
            giveBack(used);
            return 'ran';
          }),
        );
        expect(outcomes).toHaveLength(calls.length);
        expect(request.left()).toBe(ceiling - spent.used);
        // Only what no longer fits was refused.
        for (const [index, outcome] of outcomes.entries()) {
          const { bound, list } = calls[index]!;
          const most = Math.min(ceiling, lists[list] ?? ceiling);
          if (outcome === 'refused') expect(bound).toBeGreaterThan(0);
          if (outcome === 'ran') expect(bound).toBeLessThanOrEqual(most);
        }
      },
    ),
    { numRuns: 300 },
  );
});

async function turns(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await turn();
}

test('a field that waits is woken by what another gives back', async () => {
  const account = await gateway.account(1_000);
  for (const name of ['gives 1', 'gives 2', 'gives 3'])
    gateway.desk.searches.set(name, {
      results: [{ title: 'One', link: 'http://one.org/', text: 'Mail one@one.org.' }],
    });
  // Each could cost 10 and costs 1: under 12 they run one after the other.
  const { data, errors, extensions } = await askGraph(
    gateway,
    account,
    '{ a: leadSearch(query: "gives 1") { credits { used } } b: leadSearch(query: "gives 2") { credits { used } } c: leadSearch(query: "gives 3") { credits { used } } }',
    { headers: { 'x-max-credits': '12' } },
  );
  expect(errors).toEqual([]);
  expect(Object.values(data)).toEqual(Array(3).fill({ credits: { used: 1 } }));
  expect(extensions.credits).toBe(3);
});

test("edges count against the request's ceiling; the rows stand, and each edge that no longer fits says so", async () => {
  const account = await gateway.account(1_000);
  const hosts = ['edge-a.org', 'edge-b.org', 'edge-c.org'];
  gateway.desk.searches.set('edges', {
    results: hosts.map((host) => ({ title: host, link: `http://${host}/`, text: `Mail info@${host}.` })),
  });
  for (const host of hosts) {
    const emails = Array.from({ length: 15 }, (_, index) => `mail${index}@${host}`);
    gateway.desk.sites.set(host, { '/': `<p>${emails.join(' ')}</p>` });
  }
  const query = '{ leadSearch(query: "edges") { results { link websiteCrawl { credits { used } } } } }';
  // 3 for the search, 15 for each of two crawls; 7 are left and a third could cost 15.
  const { data, errors, extensions } = await askGraph(gateway, account, query, { headers: { 'x-max-credits': '40' } });
  expect(data.leadSearch.results.map((row: { link: string }) => row.link)).toHaveLength(3);
  expect(data.leadSearch.results.filter((row: { websiteCrawl: unknown }) => row.websiteCrawl)).toHaveLength(2);
  expect(errors).toMatchObject([
    {
      extensions: { code: 'max_credits_exceeded' },
      path: ['leadSearch', 'results', expect.any(Number), 'websiteCrawl'],
    },
  ]);
  expect(extensions.credits).toBe(33);
  const again = await askGraph(gateway, account, query, { headers: { 'x-max-credits': '0' } });
  expect(again.data.leadSearch.results.filter((row: { websiteCrawl: unknown }) => row.websiteCrawl)).toHaveLength(2);
  expect(again.extensions.credits).toBe(0);
});

test('cacheOnly asks nobody and costs nothing on every field, the kept list of places included', async () => {
  const account = await gateway.account(1_000);
  gateway.desk.lists.set('kept', { ids: ['kept-1', 'kept-2'] });
  gateway.desk.sites.set('kept.org', { '/': '<p>info@kept.org</p>' });
  const query = (freshness: string) => `{
    leadSearch(query: "kept"${freshness}) { credits { used cached } }
    websiteCrawl(domain: "http://kept.org"${freshness}) { credits { used cached } }
    placesSearch(keyword: "kept"${freshness}) { resultsCount partial credits { used } }
    placeReviews(placeId: "kept-1"${freshness}) { credits { used cached } }
  }`;
  const asked = () => Object.values(gateway.desk.asked).reduce((sum, list) => sum + list.length, 0);
  const before = asked();
  const nothing = await askGraph(gateway, account, query(', freshness: { cacheOnly: true }'));
  expect(nothing.errors.map((error) => error.extensions?.code)).toEqual(Array(4).fill('not_cached'));
  expect(asked()).toBe(before);
  const bought = await askGraph(gateway, account, query(', freshness: { maxAgeSeconds: 60 }'));
  expect(bought.errors).toEqual([]);
  const after = asked();
  const balance = await gateway.balance(account);
  const kept = await askGraph(gateway, account, query(', freshness: { cacheOnly: true }'), {
    headers: { 'x-max-credits': '0' },
  });
  expect(kept.errors).toEqual([]);
  expect(kept.data.placesSearch).toEqual({ resultsCount: 2, partial: false, credits: { used: 0 } });
  expect(kept.data.websiteCrawl.credits).toEqual({ used: 0, cached: true });
  expect(kept.extensions.credits).toBe(0);
  expect(asked()).toBe(after);
  expect(await gateway.balance(account)).toBe(balance);
});
