import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { parseCrawlAllow } from '../../packages/engine/src/net/crawl-allow.ts';
import { createFetchPage } from '../../packages/engine/src/net/fetch-page.ts';
import { createGuardedAgent, type Lookup } from '../../packages/engine/src/net/guarded-agent.ts';
import { createPostWebhook } from '../../packages/engine/src/net/post-webhook.ts';
import type { HostGate } from '../../packages/engine/src/ports/host-gate.ts';
import type { FetchPage } from '../../packages/engine/src/ports/page-fetcher.ts';
import type { PostWebhook } from '../../packages/engine/src/ports/post-webhook.ts';

export type Answer =
  | string
  | { status?: number; headers?: Record<string, string | string[]>; body?: string | Uint8Array }
  | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Site {
  port: number;
  /** `METHOD host/path` of every request, in order. */
  hits: string[];
  /** Requests that were open at one time. */
  openAtMost(): number;
  close(): Promise<void>;
}

/** A web server on 127.0.0.1: answers by `host/path`, else by path; HTML unless told otherwise. */
export async function startSite(
  pages: Record<string, Answer> | ((host: string, path: string) => Answer | undefined),
  { latencyMilliseconds = 0 } = {},
): Promise<Site> {
  const hits: string[] = [];
  let open = 0;
  let openAtMost = 0;
  const find = (host: string, path: string) =>
    typeof pages === 'function' ? pages(host, path) : (pages[`${host}${path}`] ?? pages[path]);
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const path = request.url ?? '/';
    hits.push(`${request.method} ${host}${path}`);
    open += 1;
    openAtMost = Math.max(openAtMost, open);
    response.once('close', () => {
      open -= 1;
    });
    const answer = find(host, path) ?? { status: 404, body: 'not here' };
    const send = () => {
      if (typeof answer === 'function') return answer(request, response);
      const { status = 200, headers = {}, body = '' } = typeof answer === 'string' ? { body: answer } : answer;
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
      response.end(body);
    };
    if (latencyMilliseconds > 0) setTimeout(send, latencyMilliseconds);
    else send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hits,
    openAtMost: () => openAtMost,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A fetcher behind the guard, for which every name is on this machine unless `addresses` says otherwise. */
export function guardedFetcher({
  allow = '',
  addresses = () => ['127.0.0.1'],
  ports,
  pageMillisecondsMax,
  hostGate,
}: {
  allow?: string;
  addresses?: (name: string) => string[];
  ports?: ReadonlySet<number>;
  pageMillisecondsMax?: number;
  hostGate?: HostGate;
}): { fetchPage: FetchPage; postWebhook: PostWebhook; lookups: string[]; close: () => Promise<void> } {
  const lookups: string[] = [];
  const lookup: Lookup = (name, _options, callback) => {
    lookups.push(name);
    const found = addresses(name).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (found.length > 0) callback(null, found);
    else callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), []);
  };
  const agent = createGuardedAgent({ allow: parseCrawlAllow(allow), lookup, ...(ports ? { ports } : {}) });
  return {
    fetchPage: createFetchPage({
      agent,
      userAgent,
      ...(pageMillisecondsMax ? { pageMillisecondsMax } : {}),
      ...(hostGate ? { hostGate } : {}),
    }),
    postWebhook: createPostWebhook({ agent, userAgent }),
    lookups,
    close: () => agent.destroy(),
  };
}

/** The same fetcher without a guard, to show what it keeps away. */
export function nakedFetcher(): { fetchPage: FetchPage; close: () => Promise<void> } {
  const agent = new Agent();
  return { fetchPage: createFetchPage({ agent, userAgent }), close: () => agent.destroy() };
}

export const userAgent = 'LeadGenEngine/0.1 (+https://example.org)';
