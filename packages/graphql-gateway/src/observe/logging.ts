import type { Log } from '@leadgen/engine';
import { pino } from 'pino';
import { redactSecrets } from './redact-secrets.ts';

/** JSON lines on standard error; whatever a line holds, keys and tokens are cut out of it before it is written (E18). */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => redactError(error) },
      hooks: { streamWrite: redactSecrets },
    },
    pino.destination({ fd: 2, sync: false }),
  );
}

function redactError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined
      ? {}
      : { cause: error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : String(error.cause) }),
  };
}
