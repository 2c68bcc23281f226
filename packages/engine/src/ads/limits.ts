/** Bounds of ad spy and its history. */
export const adLimits = {
  landingPagesMax: 15,
  landingPagesAtOnceMax: 5,
  landingPageMillisecondsMax: 20_000,
  enrichMillisecondsMax: 45_000,
  landingPageFreshSeconds: 7 * 86_400,
  failureRememberedSeconds: 3_600,
  historyPageMax: 100,
  importRowsAtOnceMax: 500,
} as const;
