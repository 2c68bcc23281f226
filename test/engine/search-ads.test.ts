import { expect, it } from 'vitest';
import { checkSerp } from '../../packages/engine/src/serp/check-serp.ts';
import { searchPages } from '../../packages/engine/src/serp/search-pages.ts';
import {
  captchaPage,
  googlePage,
  noResultsPage,
  numberedRows,
  setUpSearch,
  unknownPage,
} from '../support/search-desk.ts';

const adBlock = (name: string, label = 'Sponsored') => `<div class="uEierd" data-text-ad="1"><span>${label}</span>
  <a href="https://${name}.org/?gclid=1"><div role="heading"><span>${name} coffee</span></div><span class="x2VHCd">${name}.org</span></a>
  <div class="MUxGbd yDYNvb"><div>Fresh beans from ${name}, at your door.</div></div></div>`;

const withAds = (blocks: string) => () => googlePage(numberedRows(0, 10), { top: `<div id="tads">${blocks}</div>` });

it('gives the ads of a page with their place, and counts its labels', async () => {
  const { deps, asked, request } = setUpSearch(withAds(adBlock('first') + adBlock('second')));
  const { ads, adLabelCount, coverage } = await searchPages(deps, { ...request, vertical: 'ads' });
  expect(asked[0]).toMatchObject({ vertical: 'ads', start: 0 });
  expect(ads).toMatchObject([
    { position: 1, area: 'top', title: 'first coffee', displayUrl: 'first.org' },
    { position: 2, area: 'top', title: 'second coffee' },
  ]);
  expect(adLabelCount).toBe(2);
  expect(coverage).toMatchObject({ status: 'OK', notes: [] });
});

it('says NO_RESULTS for a page without ads, and PARTIAL where labels stand and no ad was read', async () => {
  const none = setUpSearch(withAds(''));
  expect((await searchPages(none.deps, { ...none.request, vertical: 'ads' })).coverage.status).toBe('NO_RESULTS');
  const missed = setUpSearch(withAds('<section><span>Sponsored</span><p>An ad of a new kind</p></section>'));
  const { ads, coverage } = await searchPages(missed.deps, { ...missed.request, vertical: 'ads' });
  expect(ads).toEqual([]);
  expect(coverage.status).toBe('PARTIAL');
  expect(coverage.notes.join()).toMatch(/ads_missed/);
  expect(missed.lines.some(({ level, message }) => level === 'warn' && message === 'ads not read')).toBe(true);
});

it('does not ask a provider of rows for ads at all', async () => {
  const { deps, asked, request } = setUpSearch(() => ({ kind: 'rows', rows: [] }));
  deps.providers[0]!.delivers = 'rows';
  await expect(searchPages(deps, { ...request, vertical: 'ads' })).rejects.toMatchObject({
    code: 'search_error',
    detail: 'provider0 delivers no ads.',
  });
  expect(asked).toEqual([]);
});

it("tells an operator how an engine's live page reads, and never throws", async () => {
  const request = {
    engine: 'google' as const,
    query: 'coffee',
    country: 'us',
    language: 'en',
    signal: new AbortController().signal,
  };
  const check = (answer: Parameters<typeof setUpSearch>[0]) => {
    const desk = setUpSearch(...(answer ? [answer] : []));
    return checkSerp(desk.deps, request);
  };
  expect(await check(withAds(adBlock('first')))).toMatchObject({
    isFine: true,
    pageClass: 'ok',
    layout: 'google-desktop',
    organicCount: 10,
    adsCount: 1,
    adLabelCount: 1,
  });
  expect(await check(captchaPage)).toMatchObject({ isFine: false, pageClass: 'blocked', detail: 'captcha' });
  expect(await check(noResultsPage)).toMatchObject({ isFine: false, pageClass: 'no_results' });
  expect(await check(unknownPage)).toMatchObject({ isFine: false, pageClass: 'unknown_layout' });
  const broken = () => {
    throw new Error('reset');
  };
  expect(await check(broken)).toMatchObject({
    isFine: false,
    pageClass: 'failed',
    detail: 'provider0 did not answer.',
  });
  expect(await checkSerp(setUpSearch().deps, request)).toMatchObject({ isFine: false, provider: 'none' });
});
