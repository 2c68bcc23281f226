import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../support/fixtures.ts';
import { f1, scoreContacts } from '../support/score-contacts.ts';

describe.skipIf(!hasFixtures)('labelled pages (skipped: the folder of real pages is not here)', () => {
  const scores = hasFixtures ? scoreContacts() : null;

  test.each([
    ['emails', 0.98],
    ['phones', 0.95],
    ['socialLinks', 0.98],
  ] as const)('%s, micro F1: at least %d', (kind, least) => {
    expect(f1(scores![kind])).toBeGreaterThanOrEqual(least);
  });
});
