import type { OpeningPeriod, PlaceDetails } from '../ports/places-provider.ts';

const minutesPerDay = 24 * 60;
const minutesPerWeek = 7 * minutesPerDay;

/**
 * Whether a place is open at a moment, from its weekly hours and its offset from UTC (B25); null where they are not known.
 * A place that is closed for a while or for good is not open, whatever its hours say. A period without an end never closes; one may run over midnight and over the end of the week.
 */
export function openNow(
  { periods, utcOffsetMinutes, businessStatus }: Pick<PlaceDetails, 'periods' | 'utcOffsetMinutes' | 'businessStatus'>,
  now: number,
): boolean | null {
  if (periods.length === 0 || utcOffsetMinutes === null) return null;
  if (businessStatus.startsWith('CLOSED')) return false;
  const local = new Date(now + utcOffsetMinutes * 60_000);
  const minute = local.getUTCDay() * minutesPerDay + local.getUTCHours() * 60 + local.getUTCMinutes();
  return periods.some((period) => isWithin(period, minute));
}

function isWithin({ open, close }: OpeningPeriod, minute: number): boolean {
  if (!close) return true;
  const start = minuteOfWeek(open);
  const end = minuteOfWeek(close);
  // The end of a period that wraps lies in the week after its start.
  const length = (end - start + minutesPerWeek) % minutesPerWeek || minutesPerWeek;
  return (minute - start + minutesPerWeek) % minutesPerWeek < length;
}

function minuteOfWeek({ day, hour, minute }: { day: number; hour: number; minute: number }): number {
  return day * minutesPerDay + hour * 60 + minute;
}
