import { expect, it } from 'vitest';
import { adHistory } from '../../packages/engine/src/ads/ad-history.ts';
import { importAds } from '../../packages/engine/src/ads/import-ads.ts';
import { loadHistory } from '../../packages/engine/src/ads/load-history.ts';
import { readImportedAd } from '../../packages/engine/src/ads/read-imported-ad.ts';
import { recordSightings } from '../../packages/engine/src/ads/record-sightings.ts';
import { forEachStore } from '../support/open-test-store.ts';

const line = {
  query: 'marketing agency',
  search_engine: 'google',
  position: 2,
  title: 'Old Agency',
  url: 'https://old.example.com/?utm_source=g',
  ad_text: 'Since 1999.',
  first_seen: '2024-11-05 10:00:00',
  last_seen: '2025-01-15 08:30:00',
};

it('reads a line in the names of REST or GraphQL and keeps its dates in UTC (H12, P9)', () => {
  const read = readImportedAd(line);
  expect(read).toMatchObject({ engine: 'google', text: 'Since 1999.', page: 0, displayUrl: '' });
  expect(read.firstSeen.toISOString()).toBe('2024-11-05T10:00:00.000Z');
  const graphql = readImportedAd({
    query: 'a',
    searchEngine: 'BING',
    title: 't',
    url: '',
    adText: 'x',
    firstSeen: '2024-11-05T10:00:00+02:00',
  });
  expect(graphql).toMatchObject({ engine: 'bing', text: 'x', firstSeen: new Date('2024-11-05T08:00:00Z') });
  expect(graphql.lastSeen).toEqual(graphql.firstSeen);
});

it.each([
  ['no date', { ...line, first_seen: 'last week' }],
  ['last before first', { ...line, last_seen: '2024-01-01 00:00:00' }],
  ['an engine without ads', { ...line, search_engine: 'yahoo' }],
  ['no query', { ...line, query: ' ' }],
  ['no object', 'text'],
  ['nothing', null],
])('refuses a line with %s', (_, value) => {
  expect(() => readImportedAd(value)).toThrow(expect.objectContaining({ code: 'invalid_param' }));
});

forEachStore((opened) => {
  it('brings ads over with their own dates, and the same file again adds nothing', async () => {
    const { store } = opened();
    const search = { engine: 'google', query: 'Marketing Agency' };
    const ads = [line, { ...line, title: 'Other Agency', position: 1, last_seen: undefined }].map(readImportedAd);
    expect(await importAds(store, ads)).toEqual({ added: 2 });
    const read = () => loadHistory(store, { ...search, historyMax: 1000, except: [] });
    const once = await read();
    expect(once.map(({ title, timesSeen, timesLooked }) => [title, timesSeen, timesLooked])).toEqual([
      ['Old Agency', 2, 2],
      ['Other Agency', 1, 2],
    ]);
    expect(once[0]).toMatchObject({
      firstSeen: new Date('2024-11-05T10:00:00Z'),
      lastSeen: new Date('2025-01-15T08:30:00Z'),
      position: 2,
      text: 'Since 1999.',
    });
    expect(await importAds(store, ads)).toEqual({ added: 0 });
    expect(await read()).toEqual(once);

    // Between its dates it stands as it was first seen; a live look later is the same ad with its old first date.
    const then = await adHistory(store, { ...search, asOf: new Date('2024-12-01T00:00:00Z'), first: 10, after: null });
    expect(then.edges.map(({ node }) => [node.title, node.lastSeen.toISOString()])).toEqual([
      ['Other Agency', '2024-11-05T10:00:00.000Z'],
      ['Old Agency', '2024-11-05T10:00:00.000Z'],
    ]);
    const now = new Date('2026-03-01T09:00:00.250Z');
    const [fresh] = await recordSightings(store, {
      ...search,
      page: 0,
      now,
      ads: [
        {
          position: 1,
          area: 'top',
          title: 'OLD agency',
          url: 'https://old.example.com/',
          displayUrl: 'old.example.com',
          text: 'Since 1999.',
        },
      ],
    });
    expect(fresh).toMatchObject({
      firstSeen: new Date('2024-11-05T10:00:00Z'),
      lastSeen: now,
      timesSeen: 3,
      timesLooked: 3,
    });

    // What was exported from here, to the second, comes back without doubles.
    const exported = readImportedAd({ ...line, last_seen: '2026-03-01 09:00:00' });
    expect(await importAds(store, [exported])).toEqual({ added: 0 });
    expect((await read())[0]).toMatchObject({ timesSeen: 3, lastSeen: now });
  });

  it('merges lines of the same ad within one file', async () => {
    const { store } = opened();
    const query = 'twice';
    const ads = [
      { ...line, query, ad_text: 'Second text.', first_seen: '2025-02-01 00:00:00', last_seen: '2025-03-01 00:00:00' },
      { ...line, query },
    ].map(readImportedAd);
    expect(await importAds(store, ads)).toEqual({ added: 1 });
    const [one] = await loadHistory(store, { engine: 'google', query, historyMax: 10, except: [] });
    expect(one).toMatchObject({ text: 'Second text.', timesSeen: 4, firstSeen: new Date('2024-11-05T10:00:00Z') });
  });
});
