/** One fetched page. */
export const netLimits = {
  connectMillisecondsMax: 5_000,
  headersMillisecondsMax: 15_000,
  /** Between two pieces of the body. */
  bodyIdleMillisecondsMax: 8_000,
  /** A page from the first byte sent to the last received, redirects included. */
  pageMillisecondsMax: 20_000,
  headerBytesMax: 32 * 1024,
  redirectsMax: 5,
  /** After decompression. */
  pageBytesMax: 2 * 1024 * 1024,
  /** Compressed; a larger body goes through a stream, which yields between its pieces. */
  decodeAtOnceBytesMax: 128 * 1024,
  urlCharactersMax: 2_048,
  socketsPerOriginMax: 6,
  /** At once, over all crawls. */
  requestsPerHostMax: 5,
  /** For a place at their host, over all hosts. */
  requestsWaitingMax: 10_000,
} as const;

/** Ports that need no entry of the operator's (B7). */
export const openPorts: ReadonlySet<number> = new Set([80, 443]);
