import { describe, expect, it } from 'vitest';
import { openNow } from '../../packages/engine/src/places/opening-hours.ts';
import type { OpeningPeriod } from '../../packages/engine/src/ports/places-provider.ts';

const at = (day: number, hour: number, minute = 0) => ({ day, hour, minute });
/** 2026-03-01 is a Sunday: day 0. */
const utc = (day: number, hour: number, minute = 0) => Date.UTC(2026, 2, 1 + day, hour, minute);

function place(periods: OpeningPeriod[], utcOffsetMinutes: number | null = 0, businessStatus = 'OPERATIONAL') {
  return { periods, utcOffsetMinutes, businessStatus };
}

describe('open_now of kept details (B25)', () => {
  const office = place([{ open: at(1, 9), close: at(1, 17, 30) }]);

  it.each([
    [utc(1, 8, 59), false],
    [utc(1, 9), true],
    [utc(1, 17, 29), true],
    [utc(1, 17, 30), false],
    [utc(2, 12), false],
  ])('opens with the first minute and closes with the last (%i)', (now, isOpen) => {
    expect(openNow(office, now)).toBe(isOpen);
  });

  it('goes by the clock of the place, not of the machine', () => {
    const newYork = { ...office, utcOffsetMinutes: -300 };
    expect(openNow(newYork, utc(1, 13, 59))).toBe(false);
    expect(openNow(newYork, utc(1, 14))).toBe(true);
    const auckland = { ...office, utcOffsetMinutes: 780 };
    // Monday, 10 o'clock there is still Sunday in Greenwich.
    expect(openNow(auckland, utc(0, 21))).toBe(true);
  });

  it('knows a place that never closes', () => {
    expect(openNow(place([{ open: at(0, 0) }]), utc(3, 3, 33))).toBe(true);
  });

  it('knows a night that ends after midnight', () => {
    const bar = place([{ open: at(5, 20), close: at(6, 2) }]);
    expect(openNow(bar, utc(5, 23, 59))).toBe(true);
    expect(openNow(bar, utc(6, 1, 59))).toBe(true);
    expect(openNow(bar, utc(6, 2))).toBe(false);
    expect(openNow(bar, utc(5, 1))).toBe(false);
  });

  it('knows a night that ends after the end of the week', () => {
    const bar = place([{ open: at(6, 22), close: at(0, 4) }]);
    expect(openNow(bar, utc(6, 23))).toBe(true);
    expect(openNow(bar, utc(7, 3, 59))).toBe(true);
    expect(openNow(bar, utc(0, 3, 59))).toBe(true);
    expect(openNow(bar, utc(0, 4))).toBe(false);
  });

  it('knows a lunch break', () => {
    const shop = place([
      { open: at(2, 9), close: at(2, 12) },
      { open: at(2, 13), close: at(2, 18) },
    ]);
    expect([11, 12, 13].map((hour) => openNow(shop, utc(2, hour)))).toEqual([true, false, true]);
  });

  it('does not guess where the hours or the clock of the place are unknown', () => {
    expect(openNow(place([]), utc(1, 12))).toBeNull();
    expect(openNow(place([{ open: at(1, 9), close: at(1, 17) }], null), utc(1, 12))).toBeNull();
  });

  it('does not call a place open that is closed for a while, whatever its hours say', () => {
    expect(openNow({ ...office, businessStatus: 'CLOSED_TEMPORARILY' }, utc(1, 12))).toBe(false);
  });
});
