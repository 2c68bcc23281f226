/** Reading one result page. */
export const serpLimits = {
  pageCharactersMax: 4_000_000,
  depthMax: 1_500,
  resultsPerPageMax: 200,
  adsPerPageMax: 100,
} as const;
