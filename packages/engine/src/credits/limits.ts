/** Bounds of the ledger's work. */
export const creditLimits = {
  /** Holds, or settles, that one statement takes. */
  groupMax: 100,
  sweepHoldsMax: 500,
  sweepStepsMax: 20,
  ledgerEntriesMax: 1_000,
  violationsMax: 100,
  /** A gateway whose heartbeat is older than this is gone, and its holds are given back. */
  heartbeatAgeSecondsMax: 30,
  heartbeatMilliseconds: 5_000,
  gatewayRowDaysMax: 1,
  /** C17: how long a call waits for its account's other holds. */
  creditsWaitMillisecondsMax: 30_000,
  creditsPollMilliseconds: 100,
  creditsWaitersMax: 2_000,
  /** How long a settle whose connection broke is looked up again, within the request. */
  uncertainLookupMillisecondsMax: 10_000,
  uncertainPollMillisecondsMin: 50,
  uncertainPollMillisecondsMax: 1_000,
  uncertainHoldsMax: 10_000,
  undoPassMilliseconds: 2_000,
  /** A day of passes. */
  undoPassesMax: 43_200,
  housekeepingMilliseconds: 10_000,
  /** Closed holds are of use while a settle is uncertain (a day at most); a paid one also to the books of its key's month. */
  unpaidHoldDays: 7,
  paidHoldDays: 90,
  pruneHolds: { rowsMax: 1_000, stepsMax: 20 },
  pruneMilliseconds: 300_000,
} as const;
