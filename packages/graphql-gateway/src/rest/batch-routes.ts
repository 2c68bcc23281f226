import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type Account,
  type Batch,
  batchDocument,
  cancelBatch,
  createBatchDraft,
  type EngineContext,
  LeadGenError,
  readBatch,
} from '@leadgen/engine';
import { batchDoorLimits } from '../batches/limits.ts';
import { receiveOrder } from '../batches/receive-order.ts';
import { type ResultForm, resultTexts } from '../batches/result-texts.ts';
import { readCaller } from '../graphql/read-caller.ts';
import type { Observe } from '../observe/observe.ts';
import type { Door } from '../server.ts';
import { type BatchRoute, batchRouteOf, isBatchPath } from './batch-paths.ts';
import { legacyError } from './legacy-json.ts';

const contentTypes: Record<ResultForm, string> = {
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
};

/** `POST /batches`, `GET` and `DELETE /batches/{id}`, `GET /batches/{id}/results.{jsonl,csv,json}`; errors as in the legacy API. */
export function createBatchRoutes(
  context: EngineContext,
  { adminToken, upstream, observe }: { adminToken: string | null; upstream: 'live' | 'sandbox'; observe: Observe },
): Door {
  const headers: Record<string, string> = {
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(upstream === 'sandbox' ? { 'x-leadgen-upstream': 'sandbox' } : {}),
  };

  function send(
    { response, isHead }: { response: ServerResponse; isHead: boolean },
    status: number,
    body: string,
    more: Record<string, string> = {},
  ): void {
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      ...more,
    });
    response.end(isHead ? undefined : body);
  }

  /** Whoever calls, logged in and let through. */
  async function callerOf(request: IncomingMessage): Promise<Account> {
    const caller = await readCaller(context, request, adminToken);
    if (!caller?.account) throw new LeadGenError('missing_api_key');
    await context.admit?.(caller.account.id);
    return caller.account;
  }

  async function submit(request: IncomingMessage, account: Account): Promise<Batch> {
    const draft = createBatchDraft(context, { account });
    try {
      const fields = await receiveOrder(request, draft);
      const key = request.headers['idempotency-key'];
      return await draft.submit({
        operation: fields.operation,
        ...fields,
        idempotencyKey: typeof key === 'string' ? key : null,
      });
    } catch (error) {
      await draft.discard().catch(() => {});
      throw error;
    }
  }

  async function batchOf(account: Account, id: string): Promise<Batch> {
    return found(await readBatch(context.store, { accountId: account.id, id }));
  }

  async function sendResults(response: ServerResponse, batch: Batch, form: ResultForm, isHead: boolean): Promise<void> {
    response.writeHead(200, {
      ...headers,
      'content-type': contentTypes[form],
      'content-disposition': `attachment; filename="batch-${batch.id}.${form}"`,
    });
    if (isHead) {
      response.end();
      return;
    }
    response.flushHeaders();
    response.setTimeout(batchDoorLimits.readerIdleMillisecondsMax, () => response.destroy());
    try {
      await pipeline(Readable.from(resultTexts(context.store, { batch, form }), { objectMode: true }), response);
    } catch (error) {
      // A reader who leaves is no fault; else the answer breaks off, which its reader notices.
      if (!response.destroyed || (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse, route: BatchRoute): Promise<void> {
    const { method = '' } = request;
    const isHead = method === 'HEAD';
    if (!route.methods.includes(method)) throw notAllowed(route);
    const account = await callerOf(request);
    if (route.id === null) {
      const { id } = await submit(request, account);
      send({ response, isHead }, 202, JSON.stringify({ id }), { location: `/batches/${id}` });
      return;
    }
    if (method === 'DELETE') {
      const now = new Date(context.clock.now());
      const batch = found(await cancelBatch(context.store, { accountId: account.id, id: route.id, now }));
      send({ response, isHead }, 200, JSON.stringify(batchDocument(batch)));
      return;
    }
    const batch = await batchOf(account, route.id);
    if (route.form) await sendResults(response, batch, route.form, isHead);
    else send({ response, isHead }, 200, JSON.stringify(batchDocument(batch)));
  }

  return {
    matches: isBatchPath,
    async handle(request, response, path) {
      const done = observe.request('batches', response);
      const isHead = request.method === 'HEAD';
      const route = batchRouteOf(path);
      try {
        if (!route) throw new LeadGenError('not_found');
        if (request.method === 'OPTIONS') {
          response.writeHead(204, { ...headers, allow: route.methods.join(', ') });
          response.end();
          return;
        }
        await answer(request, response, route);
      } catch (error) {
        if (request.destroyed && !request.complete) return;
        const known = observe.knownError(error);
        if (response.headersSent) {
          response.destroy();
          return;
        }
        const { retryAfterSeconds: retry, code } = known;
        send({ response, isHead }, known.status, legacyError(known), {
          ...(retry === undefined ? {} : { 'retry-after': String(retry) }),
          ...(code === 'method_not_allowed' && route ? { allow: route.methods.join(', ') } : {}),
        });
        cutOffLater(request);
      } finally {
        done();
      }
    },
  };
}

function found(batch: Batch | null): Batch {
  if (batch) return batch;
  throw new LeadGenError('not_found', 'There is no such batch.');
}

function notAllowed({ methods }: BatchRoute): LeadGenError {
  return new LeadGenError('method_not_allowed', `It answers ${methods.join(', ')}.`);
}

/** The sender of a refused body gets a moment to read why; what still comes is thrown away. */
function cutOffLater(request: IncomingMessage): void {
  if (request.complete) return;
  request.on('error', () => {}).resume();
  const timer = setTimeout(() => request.destroy(), batchDoorLimits.refusalMilliseconds);
  request.once('close', () => clearTimeout(timer));
}
