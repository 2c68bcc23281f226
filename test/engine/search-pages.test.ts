import { expect, it } from 'vitest';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import type { SerpRequest } from '../../packages/engine/src/ports/serp-provider.ts';
import { searchPages } from '../../packages/engine/src/serp/search-pages.ts';
import {
  captchaPage,
  duckDuckGoPage,
  googlePage,
  noResultsPage,
  numberedRows,
  setUpSearch,
  unknownPage,
} from '../support/search-desk.ts';

const tenFrom = ({ start }: { start: number }) => googlePage(numberedRows(start, 10));

it('starts upstream at page × results per page (P1)', async () => {
  const { deps, asked, request } = setUpSearch(tenFrom);
  const { organic, coverage } = await searchPages(deps, { ...request, page: 1 });
  expect(asked.map(({ start }) => start)).toEqual([10]);
  expect(organic[0]).toEqual({
    position: 1,
    title: 'Result 10',
    link: 'https://site10.org/',
    description: 'About it.',
  });
  expect(coverage).toEqual({ provider: 'provider0', status: 'OK', pagesTried: 1, notes: [] });
});

it.each([
  [0, 25, [0, 10, 20]],
  [1, 25, [25, 35, 45]],
  [3, 7, [21]],
  [0, 100, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]],
])('joins the upstream pages of page %i at %i results per page and cuts (P2)', async (page, resultsPerPage, starts) => {
  const { deps, asked, request } = setUpSearch(tenFrom);
  const { organic, coverage } = await searchPages(deps, { ...request, page, resultsPerPage });
  expect(asked.map(({ start }) => start).sort((a, b) => a - b)).toEqual(starts);
  expect(organic.map(({ title }) => title)).toEqual(
    numberedRows(page * resultsPerPage, resultsPerPage).map(({ title }) => title),
  );
  expect(organic.at(-1)!.position).toBe(resultsPerPage);
  expect(coverage.pagesTried).toBe(starts.length);
});

it('asks for no further page where a page holds fewer than ten', async () => {
  const { deps, asked, request } = setUpSearch(({ start }) => googlePage(numberedRows(start, 6)));
  expect((await searchPages(deps, { ...request, resultsPerPage: 20 })).organic).toHaveLength(12);
  expect(asked).toHaveLength(2);
});

it('asks for at most five pages at once', async () => {
  let open = 0;
  let most = 0;
  const { deps, request } = setUpSearch(async (asked) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open -= 1;
    return tenFrom(asked);
  });
  await searchPages(deps, { ...request, resultsPerPage: 100 });
  expect(most).toBe(5);
});

it('shows a row that two joined pages share once', async () => {
  const { deps, request } = setUpSearch(({ start }) => googlePage(numberedRows(start === 0 ? 0 : 8, 10)));
  const { organic } = await searchPages(deps, { ...request, resultsPerPage: 20 });
  expect(organic.map(({ title }) => title)).toEqual(numberedRows(0, 18).map(({ title }) => title));
});

it('ends the joining at a page without results, whatever the pages after it do', async () => {
  const { deps, request } = setUpSearch(({ start }) => {
    if (start === 0) return tenFrom({ start });
    if (start === 10) return noResultsPage();
    throw new LeadGenError('search_error', 'beyond the end');
  });
  const { organic, coverage } = await searchPages(deps, { ...request, resultsPerPage: 30 });
  expect(organic).toHaveLength(10);
  expect(coverage.status).toBe('OK');
});

it('ends the joining at the last page, where the page beyond it says nothing at all', async () => {
  const beyondEnd = (isLast: boolean) =>
    setUpSearch(({ start }) => (start === 0 ? googlePage(numberedRows(0, 10), { isLast }) : unknownPage()));
  const last = beyondEnd(true);
  expect((await searchPages(last.deps, { ...last.request, resultsPerPage: 30 })).organic).toHaveLength(10);
  const notLast = beyondEnd(false);
  await expect(searchPages(notLast.deps, { ...notLast.request, resultsPerPage: 30 })).rejects.toMatchObject({
    coverage: { status: 'UNKNOWN_LAYOUT' },
  });
});

it('says NO_RESULTS where the engine says so', async () => {
  const { deps, request } = setUpSearch(noResultsPage);
  const { organic, coverage } = await searchPages(deps, request);
  expect(organic).toEqual([]);
  expect(coverage).toMatchObject({ status: 'NO_RESULTS', pagesTried: 1 });
});

it('asks a blocked page once more by another route, then fails with BLOCKED', async () => {
  const { deps, asked, request } = setUpSearch(captchaPage);
  await expect(searchPages(deps, request)).rejects.toMatchObject({
    code: 'search_error',
    coverage: { provider: 'provider0', status: 'BLOCKED', pagesTried: 2 },
  });
  expect(asked.map(({ route }) => route)).toEqual([0, 1]);
});

it('answers where the other route gets through', async () => {
  const { deps, request } = setUpSearch((asked) => (asked.route === 0 ? captchaPage() : tenFrom(asked)));
  const { organic, coverage } = await searchPages(deps, request);
  expect(organic).toHaveLength(10);
  expect(coverage).toMatchObject({ status: 'OK', pagesTried: 2 });
});

it('goes to another provider where the first has no other route', async () => {
  const { deps, asked, request } = setUpSearch(captchaPage, tenFrom);
  deps.providers[0]!.routes = 1;
  const { coverage } = await searchPages(deps, request);
  expect(coverage.provider).toBe('provider1');
  expect(asked.map(({ provider }) => provider)).toEqual(['provider0', 'provider1']);
});

it('fails as a whole where one of the joined pages fails after its retry (P2)', async () => {
  const { deps, request } = setUpSearch((asked) => (asked.start === 10 ? captchaPage() : tenFrom(asked)));
  await expect(searchPages(deps, { ...request, resultsPerPage: 30 })).rejects.toMatchObject({ code: 'search_error' });
});

it('saves a page of unknown layout and fails, never with an empty list', async () => {
  const { deps, saved, request } = setUpSearch(unknownPage);
  await expect(searchPages(deps, request)).rejects.toMatchObject({
    code: 'search_error',
    coverage: { status: 'UNKNOWN_LAYOUT' },
  });
  expect(saved[0]).toMatchObject({ engine: 'google', provider: 'provider0', status: 200 });
});

it('tries a failing provider once more, a refusing one not at all', async () => {
  let transient = true;
  const { deps, asked, request } = setUpSearch(() => {
    throw new LeadGenError('search_error', 'Upstream says no.', { transient });
  });
  await expect(searchPages(deps, request)).rejects.toMatchObject({ code: 'search_error' });
  expect(asked).toHaveLength(2);
  transient = false;
  await expect(searchPages(deps, request)).rejects.toMatchObject({ detail: 'Upstream says no.' });
  expect(asked).toHaveLength(3);
});

it('sets a provider aside after five failed searches in a row, for 30 s, then lets a single one try', async () => {
  let isDown = true;
  const { deps, asked, clock, request } = setUpSearch((one) => {
    if (isDown) throw new LeadGenError('search_error', 'It is down.');
    return tenFrom(one);
  });
  const search = () =>
    searchPages(deps, { ...request, resultsPerPage: 20 }).then(
      ({ organic }) => organic.length,
      () => 'failed',
    );
  for (let turn = 0; turn < 5; turn += 1) expect(await search()).toBe('failed');
  expect(deps.breaker.state('provider0')).toMatchObject({
    state: 'open',
    failuresInRow: 5,
    lastFailure: 'It is down.',
  });
  const before = asked.length;
  await expect(searchPages(deps, request)).rejects.toThrow(/set aside.*It is down/);
  expect(asked).toHaveLength(before);
  clock.advance(30_000);
  expect(await search()).toBe('failed');
  expect(asked.length).toBeGreaterThan(before);
  expect(deps.breaker.state('provider0').state).toBe('open');
  clock.advance(30_000);
  isDown = false;
  expect(await Promise.all([search(), search()])).toEqual([20, 'failed']);
  expect(await search()).toBe(20);
  expect(deps.breaker.states()).toMatchObject([{ provider: 'provider0', state: 'closed', failuresInRow: 0 }]);
});

it("does not count a caller's leaving against a provider", async () => {
  const { deps, request } = setUpSearch(
    (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  for (let turn = 0; turn < 6; turn += 1) {
    const leave = new AbortController();
    setTimeout(() => leave.abort(), 1);
    await expect(searchPages(deps, { ...request, signal: leave.signal })).rejects.toMatchObject({
      code: 'search_error',
    });
  }
  expect(deps.breaker.state('provider0')).toMatchObject({ state: 'closed', failuresInRow: 0 });
});

it('names the variables where no provider is configured', async () => {
  const { deps, request } = setUpSearch();
  await expect(searchPages(deps, request)).rejects.toThrow(/SCRAPERAPI_KEY/);
});

it('takes parsed rows as they are, from the wanted start on, and never as an empty list of ads', async () => {
  const { deps, request } = setUpSearch(({ start }) => {
    const first = Math.floor(start / 10) * 10;
    const rows = numberedRows(first, 10).map((row) => ({ ...row, description: '' }));
    return { kind: 'rows', rows, start: first };
  });
  const { organic } = await searchPages(deps, { ...request, page: 1, resultsPerPage: 25 });
  expect(organic.map(({ title }) => title)).toEqual(numberedRows(25, 25).map(({ title }) => title));
  await expect(searchPages(deps, { ...request, vertical: 'ads' })).rejects.toThrow(/no ads/);
});

const duckDuckGo = ({ start, nextPageForm }: SerpRequest) => {
  const from = nextPageForm ? Number(nextPageForm.s) : start;
  return duckDuckGoPage(numberedRows(from, 10), {
    form: { q: 'coffee', s: `${from + 10}`, dc: `${from + 11}`, vqd: '4-123' },
  });
};

it("walks DuckDuckGo's pages by the form of the page before", async () => {
  const { deps, asked, request } = setUpSearch(duckDuckGo);
  const { organic, coverage } = await searchPages(deps, { ...request, engine: 'duckduckgo', resultsPerPage: 25 });
  expect(organic.map(({ title }) => title)).toEqual(numberedRows(0, 25).map(({ title }) => title));
  expect(asked.map(({ nextPageForm }) => nextPageForm?.s)).toEqual([undefined, '10', '20']);
  expect(asked[2]!.nextPageForm).toMatchObject({ q: 'coffee', vqd: '4-123' });
  expect(coverage.pagesTried).toBe(3);
});

it("reaches a later page of DuckDuckGo with the first one's token", async () => {
  const { deps, asked, request } = setUpSearch(duckDuckGo);
  const { organic } = await searchPages(deps, { ...request, engine: 'duckduckgo', page: 3, resultsPerPage: 15 });
  expect(organic.map(({ title }) => title)).toEqual(numberedRows(45, 15).map(({ title }) => title));
  expect(asked.map(({ nextPageForm }) => nextPageForm?.s)).toEqual([undefined, '45', '55']);
});

it('finds nothing on a later page of DuckDuckGo where the first has no successor', async () => {
  const { deps, asked, request } = setUpSearch(() => duckDuckGoPage(numberedRows(0, 4), { form: null }));
  const { organic, coverage } = await searchPages(deps, { ...request, engine: 'duckduckgo', page: 1 });
  expect(organic).toEqual([]);
  expect(coverage.status).toBe('NO_RESULTS');
  expect(asked).toHaveLength(1);
});
