/** Reading one result page. The largest real one has 2 million characters and 6,000 elements, 40 deep. */
export const serpLimits = {
  pageCharactersMax: 4_000_000,
  chunkCharactersMax: 65_536,
  elementsMax: 60_000,
  blockElementsMax: 6_000,
  depthMax: 256,
  textCharactersMax: 20_000,
  scriptCharactersMax: 2_000_000,
  inlineAddressesMax: 5_000,
  addressCharactersMax: 8_192,
  redirectHopsMax: 4,
  resultsPerPageMax: 200,
  adsPerPageMax: 100,
} as const;
