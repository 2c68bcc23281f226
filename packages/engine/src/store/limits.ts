/** Bounds of the store. */
export const storeLimits = {
  poolConnectionsMax: 10,
  connectMillisecondsMax: 5_000,
  statementMillisecondsMax: 15_000,
  /** How long a client waits for an answer: a server that hangs says nothing of its own timeout. */
  answerMillisecondsMax: 20_000,
  lockMillisecondsMax: 10_000,
  idleInTransactionMillisecondsMax: 30_000,
  /**
   * A change of tables that are in use gives way after this. Where it wants two of them, others wait twice as long at most, which is less
   * than the second after which PostgreSQL looks for deadlocks and would end a gateway's statement instead.
   */
  migrationLockMillisecondsMax: 300,
  migrationPauseMilliseconds: 700,
  migrationAttemptsMax: 1_000,
  /** A start waits this long for another one that migrates: an index of a large table takes its time. */
  migrationWaitMillisecondsMax: 1_800_000,
  migrationPollMilliseconds: 200,
  listenReconnectMillisecondsMin: 100,
  listenReconnectMillisecondsMax: 5_000,
  listenProbeMilliseconds: 30_000,
  /** The embedded database answers within microtasks; timers and sockets get a turn after this. */
  embeddedTurnMilliseconds: 8,
  /** A start waits this long for a command that has the folder open. */
  folderWaitMillisecondsMax: 10_000,
  folderPollMilliseconds: 100,
  /** A lock file without text is one that is being written; after this it is a leftover. */
  lockWriteMillisecondsMax: 1_000,
  /** Linux takes 107 bytes for the path of a socket, macOS 103. */
  socketPathBytesMax: 100,
  frameBytesMax: 64 * 1024 * 1024,
  sharedClientsMax: 50,
  /** A client of the shared embedded database may keep its only session this long. */
  sharedSessionMillisecondsMax: 60_000,
  sharedDrainMillisecondsMax: 5_000,
} as const;
