import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../support/fixtures.ts';
import { engines, scoreSerp, serpF1 } from '../support/score-serp.ts';

describe.skipIf(!hasFixtures)('saved result pages (skipped: the folder of real pages is not here)', () => {
  const pages = hasFixtures ? scoreSerp() : [];

  test('every page is what it is', () => {
    const wrong = pages.filter(({ page, expectedClass }) => page.pageClass !== expectedClass);
    expect(wrong.map(({ file, page }) => `${file}: ${page.pageClass}`)).toEqual([]);
  });

  test('organic results, micro F1 over title and link: at least 0.98', () => {
    expect(pages.length).toBeGreaterThan(30);
    expect(serpF1(pages.map(({ organic }) => organic))).toBeGreaterThanOrEqual(0.98);
  });

  test.each(engines)('organic results of %s: at least 0.95', (engine) => {
    expect(serpF1(pages.filter((each) => each.engine === engine).map(({ organic }) => organic))).toBeGreaterThanOrEqual(
      0.95,
    );
  });

  test('ads, micro F1 over title and landing page: at least 0.97', () => {
    expect(serpF1(pages.map(({ ads }) => ads))).toBeGreaterThanOrEqual(0.97);
  });
});
