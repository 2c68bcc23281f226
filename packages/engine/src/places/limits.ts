export const placesLimits = {
  /** B22: a token is early for at most this long after it was issued. */
  earlyTokenMillisecondsMax: 120_000,
  /** B22: waits between the tries of an early token, 3 s in all. */
  earlyTokenWaitsMilliseconds: [1000, 2000],
  /** B23: Google gives at most 60 places. */
  pagesMax: 3,
  detailsAtOnceMax: 20,
  creditsPerDetail: 10,
} as const;
