/** Answers that are kept for later pages. */
export const keptResultLimits = {
  keptHours: 24,
  /** Of one account at once; the oldest go first. */
  perAccountMax: 1_000,
  rowBytesMax: 256 * 1024,
  rowsPerReadMax: 500,
  prune: { rowsMax: 1_000, stepsMax: 20 },
} as const;
