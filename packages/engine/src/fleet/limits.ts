/** Bounds of what processes share. */
export const fleetLimits = {
  /** A call lives for 115 s at most (`requestLimits`); a slot of a process that hangs comes free after this. */
  slotLeaseSeconds: 120,
  /** A slot of a process without a heartbeat for this long is free. */
  heartbeatAgeSecondsMax: 30,
  slotPollMillisecondsMin: 20,
  slotPollMillisecondsMax: 100,
  /** How much of the wait is chance, so that processes do not ask in step. */
  slotPollJitter: 0.5,
  /** Places at a host are used this long under one lease. A request lasts 20 s at most, so none outlives it. */
  hostLeaseMillisecondsMax: 60_000,
  /** Hosts in one statement. */
  groupMax: 50,
  hostIdleMilliseconds: 150,
  hostLeaveMilliseconds: 50,
  /** Clocks of processes differ. */
  rateLimitKeptMilliseconds: 600_000,
  prune: { rowsMax: 10_000, stepsMax: 1 },
} as const;
