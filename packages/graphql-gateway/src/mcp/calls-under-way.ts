import type { IncomingMessage } from 'node:http';
import type { Account } from '@leadgen/engine';
import type { ClientOf } from '../observe/client-address.ts';

/** A call of this process, as a later request can name it. */
export interface CallUnderWay {
  /** Aborted when the client leaves, or cancels by a notification. */
  signal: AbortSignal;
  leave(): void;
}

/**
 * The calls that this process answers now, so that a cancellation, which without sessions comes in a request of its own, finds
 * its call: by account, key, client and the number that the client gave it. Where two calls look the same, none is stopped;
 * closing the connection stops the right one.
 */
export function createCalls(clientOf: ClientOf): {
  enter(request: {
    account: Account;
    request: IncomingMessage;
    message: Record<string, unknown>;
    leaving: AbortSignal;
  }): CallUnderWay;
} {
  const underWay = new Map<string, Set<AbortController>>();

  function cancel(name: string): void {
    const calls = underWay.get(name);
    if (calls?.size !== 1) return;
    for (const call of calls) call.abort(new Error('the call was cancelled'));
  }

  return {
    enter({ account, request, message, leaving }) {
      const nameOf = (id: unknown) =>
        JSON.stringify([account.id, account.keyId, request.headers['user-agent'], clientOf(request).address, id]);
      if (message.method === 'notifications/cancelled') {
        cancel(nameOf((message.params as { requestId?: unknown } | undefined)?.requestId));
        return { signal: leaving, leave() {} };
      }
      if (message.method !== 'tools/call') return { signal: leaving, leave() {} };
      const name = nameOf(message.id);
      const call = new AbortController();
      const calls = underWay.get(name) ?? new Set();
      underWay.set(name, calls.add(call));
      return {
        signal: AbortSignal.any([leaving, call.signal]),
        leave() {
          calls.delete(call);
          if (calls.size === 0) underWay.delete(name);
        },
      };
    },
  };
}
