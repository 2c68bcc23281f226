import type { Charge, Coverage } from './operation.ts';

/** What `execute` gives to every door. */
export interface Answer<Data = object> {
  /** In REST names and key order; fields marked `rest: false` are for the other doors. */
  data: Data;
  coverage: Coverage;
  credits: {
    /** What was deducted. */
    used: number;
    /** What is available after it; null where it was not read (an answer from the cache touches no account). */
    remaining: number | null;
    cached: boolean;
    charges: Charge[];
  };
  /** The kept row behind a cached answer; doors may remember a rendering of it as long as this object lives. */
  keptAs: object | null;
}

/** Cuts charges to what was really deducted: a hold smaller than the price is all that can be taken (C16). */
export function cutCharges(charges: Charge[], used: number): Charge[] {
  const kept: Charge[] = [];
  let left = used;
  for (const charge of charges) {
    if (left <= 0) break;
    const credits = Math.min(charge.credits, left);
    kept.push(credits === charge.credits ? charge : { ...charge, credits, rule: `${charge.rule}; cut to the balance` });
    left -= credits;
  }
  return kept;
}
