import type { ServerResponse } from 'node:http';

/**
 * Aborted when the client goes away before its answer is complete. Not the signal of Yoga's request: that one is a proxy over two
 * objects, and of the signals that `AbortSignal.any` derives from it some are never told.
 */
export function untilClientLeaves(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  if (response.closed && !response.writableFinished) leaving.abort();
  response.once('close', () => {
    if (!response.writableFinished) leaving.abort();
  });
  return leaving.signal;
}
