import type { BatchLook } from './follow-batch';

/** An empty id is never asked for: its path is another one. */
export const missingId: BatchLook & { batch: null } = {
  batch: null,
  fault: {
    message: 'The Batch ID is missing.',
    description: 'It is the id that Submit gave.',
    code: 'missing_param',
    httpCode: 400,
    retryAfterSeconds: null,
    isRetryable: false,
    path: [],
  },
};
