import { describe, expect, it } from 'vitest';
import { hasFixtures } from '../support/fixtures.ts';
import { f1, scoreContacts } from '../support/score-contacts.ts';

describe.skipIf(!hasFixtures)(
  'contacts of the labelled pages (skipped where the folder of real pages is missing)',
  () => {
    const scores = hasFixtures ? scoreContacts() : undefined;
    const bars = { emails: 0.98, phones: 0.95, socialLinks: 0.98 } as const;
    for (const kind of ['emails', 'phones', 'socialLinks'] as const) {
      it(`micro F1 of ${kind} is at least ${bars[kind]}`, () => {
        const { wrong, missing } = scores![kind];
        expect(f1(scores![kind]), [...wrong, ...missing].join('\n')).toBeGreaterThanOrEqual(bars[kind]);
      });
    }

    it('title, description, keywords and image are those of the labels', () => {
      const { right, wrong } = scores!.metadata;
      expect(right / (right + wrong.length), wrong.join('\n')).toBeGreaterThanOrEqual(0.98);
    });
  },
);
