/** What one node may ask for and wait for. */
export const gatewayLimits = {
  /** Sites in one `websiteCrawls`, as the gateway allows. */
  domainsPerCallMax: 50,
  /** Inputs in one `quote`, as the gateway allows. */
  quoteInputsMax: 100,
  retriesDefault: 2,
  /** The longest wait that a `Retry-After` is followed for. */
  retryAfterSecondsMax: 60,
  /** First wait where the gateway names none; doubled for each further try. */
  backoffMillisecondsMin: 1_000,
  timeoutMillisecondsDefault: 300_000,
  pagesDefault: 10,
  itemsDefault: 50,
  /** Things that a trigger remembers to have seen, newest kept. */
  seenKeysMax: 5_000,
} as const;
