/** Bounds of one search (P2, E14) and of what happens around it. */
export const searchLimits = {
  /** An upstream page has ten results. */
  resultsPerUpstreamPage: 10,
  /** The first try and the one by another route. */
  attemptsPerPageMax: 2,
  /** ScraperAPI itself tries for 70 s. */
  attemptMillisecondsMax: 75_000,
  /** Small plans of the providers allow five requests at once. */
  pagesAtOnceMax: 5,
  /** A provider that fails this often in a row is set aside … */
  failuresInRowMax: 5,
  /** … for so long; then a single call tries it. */
  setAsideMilliseconds: 30_000,
  resolveLinksMax: 10,
  resolveAtOnceMax: 5,
  resolveMillisecondsMax: 8_000,
  savedPagesMax: 50,
  savedPagesBytesMax: 100 * 1024 * 1024,
  /** A page beyond this is cut before it is saved. */
  savedPageBytesMax: 5 * 1024 * 1024,
} as const;
