/**
 * Whether a query failed because the connection did, so that nobody knows if its effect stands: as opposed to the
 * database's own refusal (a constraint, a lock timeout), which is a rollback.
 */
export function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') {
    // 08: connection exception; 57P01 to 57P03: the server is shutting down, crashed, or starting up.
    if (/^(08...|57P0[1-3])$/.test(code)) return true;
    if (systemCodes.has(code)) return true;
  }
  return messages.some((message) => error.message.includes(message));
}

/** Whether a query failed because this process has closed its store, which does not open again. */
export function isStoreClosed(error: unknown): boolean {
  return error instanceof Error && closedMessages.some((message) => error.message.includes(message));
}

const closedMessages = ['after calling end', 'driver has already been destroyed', 'PGlite is closed'];

const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** pg gives these no code. */
const messages = [
  'Connection terminated',
  'Client has encountered a connection error',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Cannot use a pool after calling end',
];
