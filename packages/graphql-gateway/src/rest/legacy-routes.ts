import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Answer,
  checkCall,
  claimIdempotency,
  type EngineContext,
  execute,
  LeadGenError,
  type Operation,
  operations,
  parseInput,
  type RawInput,
} from '@leadgen/engine';
import type { Observe } from '../observe/observe.ts';
import { createLegacyBody, type LegacyBody, legacyError } from './legacy-json.ts';
import { queryParameters } from './query-parameters.ts';
import { readCredentials } from './read-credentials.ts';

/** Both mounts of the reference (E10). */
const prefixes = ['/api/v1', '/v2/api/v1'];

const headMillisecondsMax = 30_000;
const idempotentMillisecondsMax = 240_000;

interface Route {
  operation: Operation;
  body: LegacyBody;
  restNames: Map<string, string>;
}

export interface LegacyRoutes {
  /** Whether the path belongs to the legacy API; unknown paths below its prefixes do too (E9). */
  matches(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, path: string, queryString: string): Promise<void>;
}

export function createLegacyRoutes(
  context: EngineContext,
  options: { jsonCompat: 'php' | null; upstream: 'live' | 'sandbox'; observe: Observe },
): LegacyRoutes {
  const routes = new Map<string, Route>();
  for (const operation of operations) {
    const escapeNonAscii = options.jsonCompat === 'php' && operation.path.startsWith('/places/');
    const restNames = new Map(
      Object.entries(operation.parameters).flatMap(([name, { rest }]): [string, string][] =>
        rest === null ? [] : [[name, rest]],
      ),
    );
    const route = { operation, body: createLegacyBody(operation, escapeNonAscii), restNames };
    for (const prefix of prefixes) routes.set(prefix + operation.path, route);
  }
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(options.upstream === 'sandbox' ? { 'x-leadgen-upstream': 'sandbox' } : {}),
  };

  function send(
    response: ServerResponse,
    status: number,
    body: Buffer | string,
    more: Record<string, string> = {},
  ): void {
    if (response.headersSent || response.destroyed) return;
    response.writeHead(status, { ...headers, ...more, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }

  function sendError(response: ServerResponse, error: LeadGenError): void {
    const retry =
      error.retryAfterSeconds === undefined ? undefined : { 'retry-after': String(error.retryAfterSeconds) };
    const allow = error.code === 'method_not_allowed' ? { allow: 'GET, HEAD' } : undefined;
    send(response, error.status, legacyError(error), { ...retry, ...allow });
  }

  async function answer(
    request: IncomingMessage,
    route: Route | undefined,
    queryString: string,
  ): Promise<Buffer | string> {
    if (!route) throw new LeadGenError('not_found');
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') throw new LeadGenError('method_not_allowed');
    const parameters = queryParameters(queryString);
    const credentials = readCredentials(parameters);
    const raw: RawInput = {};
    for (const [name, rest] of route.restNames) raw[name] = parameters.get(rest);
    const nameOf = (name: string) => route.restNames.get(name) ?? name;
    if (method === 'HEAD') {
      const signal = AbortSignal.timeout(headMillisecondsMax);
      await checkCall(context, { operation: route.operation, raw, credentials, nameOf, signal });
      return '';
    }
    const call = { operation: route.operation, raw, credentials, nameOf };
    const key = request.headers['idempotency-key'];
    // A repeated ad search would pay again; every other operation answers a repeated call from its cache.
    if (typeof key !== 'string' || route.operation.name !== 'adSpy') return route.body(await execute(context, call));
    return once(call, { route, key });
  }

  /** C23: the same call under the same `Idempotency-Key` is run and paid once. */
  async function once(
    call: Parameters<typeof execute>[1],
    { route, key }: { route: Route; key: string },
  ): Promise<Buffer | string> {
    const signal = AbortSignal.timeout(idempotentMillisecondsMax);
    const account = await context.authenticator.authenticate(call.credentials, signal);
    const input = JSON.stringify(parseInput(context, route.operation, call.raw, call.nameOf));
    const claim = await claimIdempotency(context, {
      accountId: account.id,
      key,
      input: `${route.operation.name} ${input}`,
      signal,
    });
    if (claim.answer !== null) {
      const answer = JSON.parse(claim.answer) as Answer;
      return route.body({ ...answer, credits: { ...answer.credits, used: 0, charges: [] } });
    }
    try {
      const answer = await execute(context, call);
      await claim.keep(JSON.stringify(answer));
      return route.body(answer);
    } catch (error) {
      await claim.giveUp();
      throw error;
    }
  }

  return {
    matches: (path) =>
      prefixes.some(
        (prefix) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'),
      ),
    async handle(request, response, path, queryString) {
      const route = routes.get(path);
      const done = options.observe.request(route?.operation.key ?? 'unknown', response);
      try {
        if (request.method === 'OPTIONS' && route) {
          response.writeHead(204, { ...headers, allow: 'GET, HEAD' });
          response.end();
          return;
        }
        send(response, 200, await answer(request, route, queryString));
      } catch (error) {
        sendError(response, options.observe.knownError(error));
      } finally {
        done();
      }
    },
  };
}
