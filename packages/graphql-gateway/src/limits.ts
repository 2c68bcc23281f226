/** What the HTTP server bears. */
export const serverLimits = {
  headerBytesMax: 32 * 1024,
  headersMillisecondsMax: 20_000,
  requestMillisecondsMax: 30_000,
  keepAliveMilliseconds: 65_000,
  connectionCheckMilliseconds: 5_000,
  connectionsMax: 10_000,
  graphqlBodyBytesMax: 256 * 1024,
  /** SIGTERM: requests in flight may take this long (contract). */
  drainMillisecondsMax: 30_000,
} as const;
