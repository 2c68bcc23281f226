import type { IncomingMessage, ServerResponse } from 'node:http';
import { type EngineContext, LeadGenError, pendingMigrations } from '@leadgen/engine';
import { type Door, sendJsonError } from '../server.ts';
import type { ClientOf } from './client-address.ts';
import type { Metrics } from './metrics.ts';
import { hasBearer } from './operator-access.ts';

/** `/livez` without I/O, `/readyz` with the database, `/metrics` on loopback or with the admin token. */
export function createHealthDoor(
  context: EngineContext,
  options: {
    upstream: 'live' | 'sandbox';
    metrics: Metrics;
    adminToken: string | null;
    clientOf: ClientOf;
    isDraining: () => boolean;
  },
): Door {
  const paths = new Set(['/livez', '/readyz', '/metrics']);
  return {
    matches: (path) => paths.has(path),
    async handle(request, response, path) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        sendJsonError(response, new LeadGenError('method_not_allowed'));
        return;
      }
      if (path === '/livez') sendJson(response, 200, { status: 'ok' });
      else if (path === '/readyz') await sendReadiness(context, options, response);
      else await sendMetrics(options, request, response);
    },
  };
}

async function sendReadiness(
  context: EngineContext,
  { upstream, isDraining }: { upstream: string; isDraining: () => boolean },
  response: ServerResponse,
): Promise<void> {
  if (isDraining()) return sendJson(response, 503, { status: 'draining', upstream });
  try {
    const pending = await pendingMigrations(context.store);
    if (pending.length > 0) return sendJson(response, 503, { status: 'migrations pending', upstream, pending });
    sendJson(response, 200, { status: 'ready', upstream, database: context.store.kind });
  } catch {
    sendJson(response, 503, { status: 'database unreachable', upstream });
  }
}

async function sendMetrics(
  { metrics, adminToken, clientOf }: { metrics: Metrics; adminToken: string | null; clientOf: ClientOf },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!clientOf(request).isLoopback && !hasBearer(request, adminToken))
    return sendJsonError(response, new LeadGenError('forbidden'));
  const body = await metrics.text();
  response.writeHead(200, {
    'content-type': metrics.contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}
