/** Bounds of the doors of batches; those of a batch itself are the engine's `batchLimits`. */
export const batchDoorLimits = {
  /** Of `POST /batches`. */
  bodyBytesMax: 64 * 1024 * 1024,
  bodyMillisecondsMax: 600_000,
  /** A sender may pause so long. */
  bodyIdleMillisecondsMax: 30_000,
  /** A refused sender may read why before the connection is cut. */
  refusalMilliseconds: 3_000,
  /** So much of a body without the end of an input is refused before it takes memory. */
  bytesWithoutInputMax: 512 * 1024,
  /** Results are written so many rows at a time. */
  rowsPerPiece: 100,
  /** A reader of results who takes nothing for so long is cut off. */
  readerIdleMillisecondsMax: 120_000,
} as const;
