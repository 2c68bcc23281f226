/** How many rows an answer can have, for the worst bill of its edges. */
export const clientLimits = {
  resultsPerPageDefault: 10,
  placesPerPageMax: 20,
  /** Ads that one result page is read for. */
  freshAdsMax: 100,
  /** Default of LEADGEN_HISTORY_MAX. */
  historyMax: 1_000,
} as const;
