/** What the HTTP server bears. */
export const serverLimits = {
  headerBytesMax: 32 * 1024,
  headersMillisecondsMax: 20_000,
  /** A request with its body, where its door gives it no more. */
  requestMillisecondsMax: 30_000,
  longestRequestMillisecondsMax: 600_000,
  keepAliveMilliseconds: 65_000,
  connectionCheckMilliseconds: 5_000,
  connectionsMax: 10_000,
  graphqlBodyBytesMax: 256 * 1024,
  /** SIGTERM: requests in flight may take this long (contract). */
  drainMillisecondsMax: 30_000,
} as const;

/** `LEADGEN_RATE_LIMIT`. */
export const rateLimits = {
  windowSeconds: 60,
  /** A process takes this part of the limit at a time. */
  leasesPerWindow: 100,
  /** Accounts whose leases are remembered. */
  leasesMax: 20_000,
} as const;
