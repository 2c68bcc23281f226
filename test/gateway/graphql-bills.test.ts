import { worstBill } from '@leadgen/graphql-gateway/client';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGraph } from '../support/ask-graph.ts';
import { openTestStore, type TestStore } from '../support/open-test-store.ts';
import { type RandomField, randomQuery, setSubjects } from '../support/random-query.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';

let opened: TestStore;
let gateway: TestGateway;
beforeAll(async () => {
  opened = await openTestStore('pglite');
  gateway = await startGateway(opened.store);
  setSubjects(gateway.desk);
});
afterAll(async () => {
  await gateway?.close();
  await opened?.close();
});

test('500 random queries cost at most their worst bill, their ceilings and what the account lost', async () => {
  const account = await gateway.account(1_000_000);
  let balance = 1_000_000;
  let paid = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(
      randomQuery,
      fc.option(fc.nat({ max: 60 }), { freq: 3 }),
      async ({ text, variables, fields }, ceiling) => {
        // A month later everything is bought anew.
        runs += 1;
        if (runs % 40 === 0) gateway.clock.advance(31 * 86_400_000);
        const { data, errors, extensions } = await askGraph(gateway, account, text, {
          variables,
          headers: ceiling === null ? {} : { 'x-max-credits': String(ceiling) },
        });
        expect(errors.filter((error) => error.extensions?.code === 'internal_error')).toEqual([]);
        const credits = extensions.credits ?? 0;
        const bound = worstBill(text, { variables, ...(ceiling === null ? {} : { ceiling }) });
        expect(credits).toBeLessThanOrEqual(bound);
        if (ceiling !== null) expect(credits).toBeLessThanOrEqual(ceiling);
        const now = await gateway.balance(account);
        expect(balance - now).toBe(credits);
        balance = now;
        paid += credits > 0 ? 1 : 0;
        for (const { alias, field } of fields) {
          const used = usedBy(data?.[alias]);
          if (field.maxCredits !== null) expect(used).toBeLessThanOrEqual(field.maxCredits);
          if (isCacheOnly(field)) expect(used).toBe(0);
        }
      },
    ),
    { numRuns: 500, endOnFailure: true },
  );
  // The property would hold for queries that cost nothing as well.
  expect(paid).toBeGreaterThan(100);
}, 240_000);

const isCacheOnly = ({ cacheOnly, operation }: RandomField) =>
  cacheOnly && operation !== 'adSpy' && operation !== 'websiteCrawls';

/** What a field tells that it cost itself; the entries of a list together. */
function usedBy(answer: unknown): number {
  if (Array.isArray(answer)) return answer.reduce((sum: number, each) => sum + usedBy(each), 0);
  return (answer as { credits?: { used?: number } } | null | undefined)?.credits?.used ?? 0;
}

test.each<[string, string, number, Parameters<typeof worstBill>[1]]>([
  ['a search', '{ leadSearch(query: "x") { resultsCount } }', 10, {}],
  ['a search with crawls', '{ leadSearch(query: "x") { results { websiteCrawl { emails } } } }', 160, {}],
  [
    'as many crawls as results are asked for',
    'query ($n: Int = 3) { leadSearch(query: "x", resultsPerPage: $n) { results { websiteCrawl { emails } } } }',
    10 + 7 * 15,
    { variables: { n: 7 } },
  ],
  [
    'a default of a variable',
    'query ($n: Int = 3) { leadSearch(query: "x", resultsPerPage: $n) { results { websiteCrawl { emails } } } }',
    10 + 3 * 15,
    {},
  ],
  [
    'places with both edges',
    '{ placesSearch(keyword: "x") { results { placeReviews { placeId } websiteCrawl { emails } } } }',
    200 + 20 * 20,
    {},
  ],
  [
    'a ceiling on the field, none on its edges',
    '{ placesSearch(keyword: "x", maxCredits: 30) { results { placeReviews { placeId } } } }',
    30 + 20 * 5,
    {},
  ],
  [
    'an edge under two aliases',
    '{ leadSearch(query: "x") { results { a: websiteCrawl { emails } b: websiteCrawl { phones } } } }',
    160,
    {},
  ],
  [
    'the same field twice',
    '{ leadSearch(query: "x") { page } ...F } fragment F on Query { leadSearch(query: "x") { query } }',
    10,
    {},
  ],
  ['two aliases', '{ a: leadSearch(query: "x") { page } b: leadSearch(query: "y") { page } }', 20, {}],
  ['a list of sites', '{ websiteCrawls(domains: ["a.org", "b.org"]) { emails } }', 30, {}],
  [
    'a list of sites under a ceiling',
    '{ websiteCrawls(domains: ["a.org", "b.org"], maxCredits: 17) { emails } }',
    17,
    {},
  ],
  ['the cache alone', '{ placeReviews(placeId: "x", freshness: { cacheOnly: true }) { placeId } }', 0, {}],
  [
    'what is skipped',
    'query ($no: Boolean!) { adSpy(query: "x") @include(if: $no) { page } }',
    0,
    { variables: { no: false } },
  ],
  [
    'ads with the crawls of their history',
    '{ adSpy(query: "x") { results { websiteCrawl { emails } } } }',
    10 + 1_100 * 15,
    {},
  ],
  ['a ceiling on the request', '{ adSpy(query: "x") { results { websiteCrawl { emails } } } }', 40, { ceiling: 40 }],
  ['what is free', '{ account { balance } quote(inputs: []) { max } }', 0, {}],
])('the worst bill of %s', (_name, query, credits, options) => {
  expect(worstBill(query, options)).toBe(credits);
});

test('a query that the gateway would refuse has no bill', () => {
  expect(() => worstBill('{ leadSearch(query: "x") { nothing } }')).toThrow(/nothing/);
  expect(() => worstBill('query ($n: Int!) { leadSearch(query: "x", page: $n) { page } }')).toThrow(/\$n/);
});
