/** What one node may ask for and wait for. */
export const gatewayLimits = {
  /** Sites in one `websiteCrawls`, as the gateway allows. */
  domainsPerCallMax: 50,
  /** Inputs in one `quote`, as the gateway allows. */
  quoteInputsMax: 100,
  /** Inputs in one batch, as the gateway allows. */
  batchInputsMax: 100_000,
  /** Inputs of one batch, as JSON; n8n holds them in memory. */
  batchInputCharactersMax: 64_000_000,
  /** Results that one run gives, as JSON; n8n holds them in memory. */
  batchResultMegabytesDefault: 64,
  /** The longest that a node waits for a batch. */
  batchWaitSecondsMax: 86_400,
  /** Between two looks at a batch that runs; doubled up to the second for each further look. */
  batchLookMillisecondsMin: 500,
  batchLookMillisecondsMax: 10_000,
  /** Of an answer that says why there is none. */
  refusalBytesMax: 65_536,
  /** A trigger looks at so many batches, the newest. */
  batchesPerPage: 100,
  batchPagesMax: 10,
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
