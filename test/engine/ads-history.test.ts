import { expect, it } from 'vitest';
import { adChanges } from '../../packages/engine/src/ads/ad-changes.ts';
import { adHistory } from '../../packages/engine/src/ads/ad-history.ts';
import { loadHistory } from '../../packages/engine/src/ads/load-history.ts';
import { recordSightings } from '../../packages/engine/src/ads/record-sightings.ts';
import type { SerpAd } from '../../packages/engine/src/serp/result-page.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1, 8);

function ad(name: string, position: number, changes: Partial<SerpAd> = {}): SerpAd {
  return {
    position,
    area: 'top',
    title: `${name} Marketing`,
    url: `https://${name}.example.com/`,
    displayUrl: `${name}.example.com`,
    text: `${name} grows your business.`,
    ...changes,
  };
}

const names = (ads: readonly { title: string }[]) => ads.map(({ title }) => title.split(' ')[0]);

forEachStore((opened) => {
  it('lives through ten looks and tells them again as they stood', async () => {
    const { store } = opened();
    const clock = createTestClock({ at: start });
    const search = { engine: 'google', query: 'Marketing  Agency' };
    const times: Date[] = [];
    const look = async (
      ads: SerpAd[],
      { page = 0, ...other }: { page?: number; engine?: string; query?: string } = {},
    ) => {
      clock.advance(hour);
      times.push(clock.date());
      return recordSightings(store, { ...search, ...other, page, ads, now: clock.date() });
    };
    const at = (look: number) => times[look - 1]!;
    const history = async (look: number) =>
      (await adHistory(store, { ...search, asOf: at(look), first: 100, after: null })).edges.map(({ node }) => node);

    // 1: two new ads, first = last = now (H12).
    const first = await look([ad('alpha', 1), ad('beta', 2)]);
    expect(
      first.map(({ firstSeen, lastSeen, timesSeen, timesLooked }) => [firstSeen, lastSeen, timesSeen, timesLooked]),
    ).toEqual([
      [at(1), at(1), 1, 1],
      [at(1), at(1), 1, 1],
    ]);
    // 2: alpha under another click id and another letter case stays the same ad (H11); gamma is new.
    const second = await look([
      ad('gamma', 1),
      ad('alpha', 2, { url: 'https://alpha.example.com/?gclid=abc&utm_source=x', title: 'ALPHA  Marketing' }),
    ]);
    expect(second.map(({ timesSeen, timesLooked }) => [timesSeen, timesLooked])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(second[1]!.firstSeen).toEqual(at(1));
    // 3: the same ad at top and bottom counts once, at its lowest position (C12).
    const third = await look([ad('alpha', 1), ad('gamma', 2), ad('alpha', 3, { area: 'bottom' })]);
    expect(third.map(({ position }) => position)).toEqual([1, 2]);
    // 4: alpha has a new text, a new version of the same ad.
    const fourth = await look([ad('alpha', 1, { text: 'Now with 20 % off.' })]);
    expect(fourth[0]!.timesSeen).toBe(4);
    // 5: no ads at all is a look too.
    expect(await look([])).toEqual([]);
    // 6: beta is back; the query's letter case and spaces do not matter (H10).
    const sixth = await look([ad('beta', 1)], { query: ' marketing agency ' });
    expect(sixth[0]).toMatchObject({ firstSeen: at(1), timesSeen: 2, timesLooked: 6 });
    // 7: another engine and another query have histories of their own.
    await look([ad('delta', 1)], { engine: 'bing' });
    await look([ad('epsilon', 1)], { query: 'plumber' });
    // 9: the second page of results.
    await look([ad('zeta', 1)], { page: 1 });
    // 10: alpha again, with its second text.
    await look([ad('alpha', 1, { text: 'Now with 20 % off.' })]);

    const now = await history(10);
    expect(names(now)).toEqual(['alpha', 'zeta', 'beta', 'gamma']);
    expect(now.map(({ isActive }) => isActive)).toEqual([true, true, false, false]);
    expect(now.map(({ timesSeen, timesLooked }) => [timesSeen, timesLooked])).toEqual([
      [5, 8],
      [1, 2],
      [2, 8],
      [2, 7],
    ]);
    expect(now[0]).toMatchObject({ firstSeen: at(1), lastSeen: at(10), text: 'Now with 20 % off.' });

    // As it stood at the third look: the old text, gamma below alpha, beta gone, nothing of what came later.
    const then = await history(3);
    expect(then.map(({ title, position, isActive, timesSeen }) => [title, position, isActive, timesSeen])).toEqual([
      ['alpha Marketing', 1, true, 3],
      ['gamma Marketing', 2, true, 2],
      ['beta Marketing', 2, false, 1],
    ]);
    expect(then[0]).toMatchObject({ text: 'alpha grows your business.', lastSeen: at(3), timesLooked: 3 });
    expect((await history(2))[1]).toMatchObject({
      title: 'ALPHA  Marketing',
      url: 'https://alpha.example.com/?gclid=abc&utm_source=x',
    });
    expect((await history(5)).map(({ isActive }) => isActive)).toEqual([false, false, false]);
    const before = await adHistory(store, { ...search, asOf: new Date(start), first: 10, after: null });
    expect(before).toEqual({ edges: [], hasNextPage: false });

    const changes = (since: number, until: number) =>
      adChanges(store, { ...search, since: at(since), until: at(until), historyMax: 1000 });
    const named = async (since: number, until: number) => {
      const found = await changes(since, until);
      return { new: names(found.new), back: names(found.back), gone: names(found.gone) };
    };
    expect(await named(1, 2)).toEqual({ new: ['gamma'], back: [], gone: ['beta'] });
    expect(await named(2, 3)).toEqual({ new: [], back: [], gone: [] });
    expect(await named(4, 5)).toEqual({ new: [], back: [], gone: ['alpha'] });
    expect(await named(5, 6)).toEqual({ new: [], back: ['beta'], gone: [] });
    expect(await named(6, 10)).toEqual({ new: ['zeta'], back: ['alpha'], gone: ['beta'] });
    const all = await adChanges(store, { ...search, since: new Date(0), until: at(10), historyMax: 1000 });
    expect(names(all.new)).toEqual(['alpha', 'zeta']);
    expect((await changes(5, 6)).back[0]).toMatchObject({ isActive: true, timesSeen: 2 });
    expect((await changes(6, 10)).gone[0]).toMatchObject({ isActive: false });

    // What ad spy shows beside its fresh ads: last seen first, then by position, never a fresh one (B16, B18).
    const fresh = await look([ad('eta', 1), ad('alpha', 2)]);
    const except = fresh.map(({ identity }) => identity);
    const stored = await loadHistory(store, { ...search, historyMax: 1000, except });
    expect(names(stored)).toEqual(['zeta', 'beta', 'gamma']);
    expect(stored.map(({ timesLooked }) => timesLooked)).toEqual([3, 9, 8]);
    expect(names(await loadHistory(store, { ...search, historyMax: 2, except }))).toEqual(['zeta', 'beta']);
  });

  it('pages through a history without gaps or doubles, also while ads are seen', async () => {
    const { store } = opened();
    const search = { engine: 'bing', query: 'pages' };
    const ads = Array.from({ length: 7 }, (_, index) => ad(`ad${index}`, index + 1));
    await recordSightings(store, { ...search, page: 0, ads, now: new Date(start) });
    const asOf = new Date(start + 1);
    const seen: string[] = [];
    let after: string | null = null;
    for (let turn = 0; turn < 4; turn += 1) {
      const page = await adHistory(store, { ...search, asOf, first: 2, after });
      seen.push(...page.edges.map(({ node }) => node.title));
      expect(page.hasNextPage).toBe(turn < 3);
      after = page.edges.at(-1)!.cursor;
      await recordSightings(store, { ...search, page: 0, ads: ads.slice(3), now: new Date(start + hour * (turn + 1)) });
    }
    expect(seen).toEqual(ads.map(({ title }) => title));
    await expect(adHistory(store, { ...search, asOf, first: 2, after: 'nonsense' })).rejects.toMatchObject({
      code: 'invalid_param',
    });
  });

  it('counts every one of many looks that run at the same time', async () => {
    const { store } = opened();
    const search = { engine: 'google', query: 'rush' };
    const ads = Array.from({ length: 10 }, (_, index) => ad(`ad${index}`, index + 1));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        recordSightings(store, {
          ...search,
          page: 0,
          ads: index % 2 === 0 ? ads : ads.toReversed(),
          now: new Date(start + index),
        }),
      ),
    );
    const stored = await loadHistory(store, { ...search, historyMax: 1000, except: [] });
    expect(stored).toHaveLength(10);
    for (const one of stored) expect(one).toMatchObject({ timesSeen: 20, timesLooked: 20 });
  });

  it('takes hostile texts: NUL, lone surrogates, addresses of any length', async () => {
    const { store } = opened();
    const search = { engine: 'google', query: `q\0\ud800${'ü'.repeat(2000)}` };
    const ads = [
      ad('nul', 1, {
        text: 'a\0b\udfff',
        url: `https://long.example.com/${'x'.repeat(20_000)}`,
        title: 'T'.repeat(5000),
      }),
    ];
    const fresh = await recordSightings(store, { ...search, page: 0, ads, now: new Date(start) });
    expect(fresh).toHaveLength(1);
    expect(await loadHistory(store, { ...search, historyMax: 10, except: [] })).toHaveLength(1);
  });
});
