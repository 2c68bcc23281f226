/** Bounds of cache and flights. */
export const cacheLimits = {
  memoryBytesMax: 64 * 1024 * 1024,
  memoryEntryBytesMax: 4 * 1024 * 1024,
  /** What an entry weighs beside its text. */
  memoryEntryBytesOverhead: 400,
  /** A notification holds 8,000 bytes: this many keys of 64 characters. */
  keysPerNoticeMax: 100,
  /** Keys or answers in one statement. */
  groupMax: 50,
  prune: { rowsMax: 1_000, stepsMax: 20 },
  pruneFlights: { rowsMax: 10_000, stepsMax: 1 },
  /** No answer lives longer than this (H14). */
  answerDaysMax: 30,
  /** A flight whose process died is taken over after this. */
  flightLeaseSeconds: 15,
  flightRenewMilliseconds: 5_000,
  /** How long a landed flight's outcome can be read by followers of other processes. */
  flightOutcomeSeconds: 30,
  flightOutcomeCharactersMax: 16 * 1024,
  flightPollMilliseconds: 1_000,
  flightErrorCharactersMax: 2_000,
} as const;
