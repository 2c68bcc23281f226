/** Bounds of accounts and the check of keys. */
export const accountLimits = {
  apiKeyCharactersMax: 2_048,
  keysPerAccountMax: 100,
  approveAboveDefault: 50,
  keyNameCharactersMax: 100,
  recipeCodeCharactersMax: 100,
  recipeQueryCharactersMax: 2_048,
  recipesPerAccountMax: 10_000,
  /** How long a process believes a key it has seen; notifications of a change come sooner. */
  knownKeySeconds: 5,
  knownKeysMax: 20_000,
  /** Verdicts of a licence service. */
  validSecondsMax: 15 * 60,
  invalidSecondsMax: 60,
  validVerdictsMax: 20_000,
  invalidVerdictsMax: 20_000,
  /** While the service is out, a verdict up to this age still counts. */
  staleVerdictSecondsMax: 24 * 3_600,
  /** After an outage was met, known keys are let in without asking for this long. */
  outageSeconds: 5,
  accountsPerPageMax: 1_000,
  importLineCharactersMax: 100_000,
} as const;
