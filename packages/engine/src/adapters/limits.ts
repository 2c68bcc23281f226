/** One attempt at an upstream (E14). */
export const adapterLimits = {
  serpMillisecondsMax: 75_000,
  serpBytesMax: 20 * 1024 * 1024,
  placesMillisecondsMax: 10_000,
  placesBytesMax: 4 * 1024 * 1024,
  placesRetryWaitMillisecondsMin: 200,
  placesRetryWaitMillisecondsMax: 800,
  licenceMillisecondsMax: 3_000,
  licenceBytesMax: 1024 * 1024,
  licenceFailuresMax: 5,
  licenceSetAsideMilliseconds: 30_000,
  checkMillisecondsMax: 10_000,
  checkBytesMax: 256 * 1024,
} as const;
