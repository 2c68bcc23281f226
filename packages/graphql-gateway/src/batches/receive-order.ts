import type { IncomingMessage } from 'node:http';
import { type BatchDraft, LeadGenError } from '@leadgen/engine';
import { batchDoorLimits } from './limits.ts';
import { createOrderParser, type OrderFields } from './order-parser.ts';

/**
 * Puts the inputs of a body into a draft as they come, and no faster than the database takes them. Throws `invalid_param` or
 * `request_timeout`, and what Node says where the sender goes away; the draft is the caller's to discard.
 */
export async function receiveOrder(request: IncomingMessage, draft: BatchDraft): Promise<OrderFields> {
  const { 'content-length': length = '0', 'content-encoding': encoding = 'identity' } = request.headers;
  if (Number(length) > batchDoorLimits.bodyBytesMax) throw tooLong();
  if (encoding.trim().toLowerCase() !== 'identity')
    throw new LeadGenError('invalid_param', 'Header: Content-Encoding: the body is taken as it is only.');
  const parser = createOrderParser();
  const pieces = request.iterator({ destroyOnReturn: false });
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await withinIdleTime(pieces.next());
      if (done) return parser.end();
      const piece = value as Buffer;
      bytes += piece.length;
      if (bytes > batchDoorLimits.bodyBytesMax) throw tooLong();
      await draft.add(parser.write(piece));
    }
  } finally {
    // Not waited for: it ends after a piece that may never come.
    pieces.return?.().catch(() => {});
  }
}

async function withinIdleTime<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seconds = batchDoorLimits.bodyIdleMillisecondsMax / 1_000;
      reject(new LeadGenError('request_timeout', `Nothing came for ${seconds} seconds.`));
    }, batchDoorLimits.bodyIdleMillisecondsMax);
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
    next.catch(() => {});
  }
}

function tooLong(): LeadGenError {
  const megabytes = batchDoorLimits.bodyBytesMax / 1024 / 1024;
  return new LeadGenError('invalid_param', `The body is longer than ${megabytes} MB; send it as several batches.`);
}
