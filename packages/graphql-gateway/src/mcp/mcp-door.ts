import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Account, type EngineContext, LeadGenError } from '@leadgen/engine';
import { createMcpHandler, validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import { readBody } from '../graphql/read-body.ts';
import { untilClientLeaves } from '../graphql/until-client-leaves.ts';
import type { ClientOf } from '../observe/client-address.ts';
import type { Observe } from '../observe/observe.ts';
import { readUserId } from '../rest/read-credentials.ts';
import type { Door } from '../server.ts';
import { createBackground } from './background.ts';
import { createCalls } from './calls-under-way.ts';
import { createEngineServer, type McpCaller } from './engine-server.ts';
import { accountOfCaller } from './key-account.ts';
import { mcpLimits } from './limits.ts';

export interface McpDoorOptions {
  /** Names in `Host` and `Origin` that are let in. */
  origins: readonly string[];
  upstream: 'live' | 'sandbox';
  hasLicences: boolean;
  clientOf: ClientOf;
  observe: Observe;
}

/** `/mcp`: streamable HTTP without sessions, so that any gateway answers any request. */
export function createMcpDoor(context: EngineContext, options: McpDoorOptions): Door & { close(): Promise<void> } {
  const { observe } = options;
  const names = hostNames(options.origins);
  const background = createBackground(mcpLimits.background);
  const calls = createCalls(options.clientOf);
  const deps = { context, background, knownError: observe.knownError };
  const handler = createMcpHandler(({ authInfo }) => createEngineServer(deps, authInfo!.extra!.caller as McpCaller), {
    onerror: (error) => context.log.debug({ err: error }, 'mcp request refused'),
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = foreignName(request, names);
    if (foreign !== null) return refuse(response, 403, foreign);
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return refuse(response, 405, 'Only POST is answered: there are no sessions.');
    }
    const leaving = untilClientLeaves(response);
    const apiKey = bearerOf(request);
    let account: Account;
    try {
      account = await login(
        request,
        apiKey,
        AbortSignal.any([leaving, AbortSignal.timeout(mcpLimits.loginMillisecondsMax)]),
      );
    } catch (error) {
      return refuseLogin(response, observe.knownError(error));
    }
    const text = await readBody(request, mcpLimits.bodyBytesMax);
    if (text === null) {
      response.setHeader('connection', 'close');
      refuse(response, 413, `The body is longer than ${mcpLimits.bodyBytesMax / 1024} kB.`);
      request.destroy();
      return;
    }
    const body = parsed(text);
    if (body === undefined) return refuse(response, 400, 'The body is not JSON.', -32700);
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return refuse(response, 400, 'One JSON-RPC message is expected, not a batch.', -32600);
    const call = calls.enter({ account, request, message: body as Record<string, unknown>, leaving });
    try {
      const caller: McpCaller = { apiKey: apiKey!, account: async () => account, leaving: call.signal };
      const answered = await handler.fetch(webRequest(request, call.signal), {
        parsedBody: body,
        authInfo: { token: '', clientId: String(account.id), scopes: [], extra: { caller } },
      });
      await send(response, answered);
    } finally {
      call.leave();
    }
  }

  async function login(request: IncomingMessage, apiKey: string | null, signal: AbortSignal): Promise<Account> {
    if (apiKey === null) throw new LeadGenError('missing_api_key', 'Send it as Authorization: Bearer <api_key>.');
    const given = request.headers['x-user-id'];
    const userId = given === undefined ? null : readUserId(String(given));
    return accountOfCaller(context, { apiKey, userId, hasLicences: options.hasLicences }, signal);
  }

  return {
    matches: (path) => path === '/mcp',
    async handle(request, response) {
      const done = observe.request('mcp', response);
      response.setHeader('cache-control', 'private, no-store, no-transform');
      response.setHeader('x-content-type-options', 'nosniff');
      if (options.upstream === 'sandbox') response.setHeader('x-leadgen-upstream', 'sandbox');
      try {
        await answer(request, response);
      } finally {
        done();
      }
    },
    async close() {
      await handler.close();
      await background.close();
    },
  };
}

/** `LEADGEN_MCP_ORIGINS` as names: `https://app.example.com:8443` and `app.example.com` are the same. */
function hostNames(origins: readonly string[]): string[] {
  if (origins.length === 0) return ['localhost', '127.0.0.1', '[::1]'];
  return origins.map((origin) => {
    const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(origin) ? origin : `http://${origin}`);
    return url?.hostname.toLowerCase() || origin.toLowerCase();
  });
}

/** Why a request comes from a page or by a name that is not ours (DNS rebinding); null where it does not. */
function foreignName(request: IncomingMessage, names: string[]): string | null {
  const host = validateHostHeader(request.headers.host, names);
  if (!host.ok) return `${host.message}; LEADGEN_MCP_ORIGINS names those that are let in.`;
  const origin = validateOriginHeader(request.headers.origin, names);
  return origin.ok ? null : `${origin.message}; LEADGEN_MCP_ORIGINS names those that are let in.`;
}

function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer\s{1,8}(\S{1,2048})\s{0,8}$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function refuseLogin(response: ServerResponse, error: LeadGenError): void {
  if (error.status === 401) {
    const why = error.code === 'missing_api_key' ? '' : ', error="invalid_token"';
    response.setHeader('www-authenticate', `Bearer realm="leadgen"${why}`);
  }
  if (error.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(error.retryAfterSeconds));
  refuse(response, error.status, error.message, -32001, {
    code: error.code,
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  });
}

function refuse(response: ServerResponse, status: number, message: string, code = -32000, data?: object): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message, ...(data ? { data } : {}) } });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The request as the SDK reads it. Its body is given beside it, already parsed. */
function webRequest(request: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    // The key stays here.
    if (name !== 'authorization' && value !== undefined) headers.set(name, String(value));
  }
  return new Request('http://leadgen.invalid/mcp', { method: 'POST', headers, body: '{}', signal });
}

async function send(response: ServerResponse, answered: Response): Promise<void> {
  if (response.destroyed) {
    await answered.body?.cancel();
    return;
  }
  // The SDK's own word on caches is milder than that of this door.
  answered.headers.delete('cache-control');
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (!answered.body) {
    response.end();
    return;
  }
  // A client that went away ends the stream; nobody is left to tell.
  await pipeline(Readable.fromWeb(answered.body as never), response).catch(() => {});
}
