/** Bounds of the batches. */
export const batchLimits = {
  inputsMax: 100_000,
  inputCharactersMax: 32 * 1024,
  inputDepthMax: 32,
  columnsMax: 200,
  columnCharactersMax: 200,
  /** Inputs of one account that are not answered yet. */
  openInputsMax: 1_000_000,
  openBatchesMax: 1_000,
  draftRowsPerStatement: 1_000,
  jobsPerStatement: 5_000,
  itemsPerJobMax: 20,
  /** A batch of up to this many inputs has a job for each. */
  jobsPerBatchGoal: 2_000,
  /** What ended this many of its workers is given up with an error. */
  attemptsMax: 10,
  rowsPerPage: 500,
  rowsWindowMax: 8_000,
  idempotencyHoursMax: 24,
  /** Who is silent for longer runs nothing any more. */
  /** One worker, as `LEADGEN_WORKERS` counts them, runs so many inputs at once: they wait for the network most of the time. */
  itemsPerWorker: 8,
  waitingPerAccountMax: 2,
  workerBeatMilliseconds: 1_000,
  workerSilenceSecondsMax: 4,
  workerPollMilliseconds: 1_000,
  superviseMilliseconds: 5_000,
  jobTouchMilliseconds: 5_000,
  completeMilliseconds: 100,
  stopMillisecondsMax: 20_000,
  faultPauseMilliseconds: 1_000,
  budgetPollMilliseconds: 200,
  webhookAnswerMillisecondsMax: 10_000,
  webhookUrlCharactersMax: 2_048,
  webhooksAtOnceMax: 20,
  webhookRetrySeconds: [5, 30, 120, 600, 3_600],
  /** After this no attempt to deliver a webhook is due any more. */
  webhookDaysMax: 1,
  /** Finished batches and their results are kept this long. */
  keptDaysMax: 30,
  draftHoursMax: 1,
  pruneBatchesMax: 20,
  pruneItemsMax: 2_000,
  pruneStepsMax: 50,
} as const;
