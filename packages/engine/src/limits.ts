/** E19: any parameter of any door. */
export const parameterLimits = { valueCharactersMax: 2048 } as const;

/** Whole requests (E14, E16). */
export const requestLimits = {
  requestMillisecondsMax: 115_000,
  upstreamCallsPerAccountMax: 5,
  upstreamCallsQueuedMax: 2_000,
  /** How long an answer is given again under its `Idempotency-Key`. */
  idempotencyMillisecondsMax: 24 * 3_600_000,
  prune: { rowsMax: 1_000, stepsMax: 20 },
  waitForCreditsMillisecondsMax: 30_000,
  /** Edges and lists of one request. */
  callsOfOneRequestAtOnceMax: 20,
} as const;
