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
  inputsAtOnceMax: 500,
  /** A line of a file of inputs, and a record of CSV, which may have several. */
  lineBytesMax: 1024 * 1024,
  recordCharactersMax: 64 * 1024,
  /** What a person is shown of a batch. */
  rowsShownMax: 50,
  watchMilliseconds: 1_000,
  checkMillisecondsMax: 20_000,
  gatewayMillisecondsMax: 3_000,
  metricsCharactersMax: 1_000_000,
} as const;
