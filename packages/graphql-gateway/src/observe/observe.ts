import type { ServerResponse } from 'node:http';
import { type Clock, isConnectionFault, LeadGenError, type Log } from '@leadgen/engine';
import type { ClientOf } from './client-address.ts';
import type { Metrics } from './metrics.ts';

/** What the doors tell of their requests. */
export interface Observe {
  /** Call the result when the answer is written. */
  request(operation: string, response: ServerResponse): () => void;
  /** A known error as it is; an unknown one masked and logged with an id that the answer carries (E13). */
  knownError(error: unknown): LeadGenError;
}

export function createObserve({
  log,
  metrics,
  clientOf,
  newId,
}: {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  clientOf: ClientOf;
  newId: () => string;
}): Observe {
  return {
    request(operation, response) {
      const start = performance.now();
      return () => {
        const seconds = (performance.now() - start) / 1000;
        metrics.observeRequest(operation, response.statusCode, seconds);
        const line = {
          operation,
          status: response.statusCode,
          seconds,
          // Looked up only where such lines are written.
          get client() {
            return clientOf(response.req).address;
          },
        };
        log.debug(line, 'request');
      };
    },
    knownError(error) {
      if (error instanceof LeadGenError) {
        if (error.status >= 500) log.warn({ code: error.code, err: error }, 'request failed');
        return error;
      }
      if (isConnectionFault(error)) {
        log.error({ err: error }, 'database fault');
        return new LeadGenError('db_error');
      }
      const id = newId();
      log.error({ err: error, errorId: id }, 'unexpected fault');
      return new LeadGenError('internal_error', `Error id: ${id}.`);
    },
  };
}
