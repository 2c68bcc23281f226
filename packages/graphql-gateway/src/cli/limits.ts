/** Bounds of the command line. */
export const cliLimits = {
  cellCharactersMax: 400,
  columnCharactersMax: 60,
  /** Where the terminal does not say how wide it is. */
  widthCharactersDefault: 120,
  /** A key read from standard input. */
  inputBytesMax: 64 * 1024,
  crawlsAtOnceMax: 5,
  domainsMax: 100_000,
  adRowsAtOnceMax: 500,
  checkMillisecondsMax: 20_000,
  gatewayMillisecondsMax: 3_000,
  metricsCharactersMax: 1_000_000,
} as const;
