import { type Dispatcher, request } from 'undici';
import { LeadGenError } from '../errors.ts';
import type { HostGate } from '../ports/host-gate.ts';
import type { FetchedPage, FetchPage } from '../ports/page-fetcher.ts';
import { decodeBody } from './decode-body.ts';
import { netLimits } from './limits.ts';
import { PageFetchError } from './page-fetch-error.ts';

/**
 * Fetches pages through the guarded agent: five redirects at most, each checked anew, bodies counted after decompression. A request waits for a
 * place at its host, and so does each of its redirects.
 */
export function createFetchPage({
  agent,
  userAgent,
  hostGate,
  pageMillisecondsMax = netLimits.pageMillisecondsMax,
}: {
  agent: Dispatcher;
  userAgent: string;
  /** By default every request is made at once. */
  hostGate?: HostGate;
  pageMillisecondsMax?: number;
}): FetchPage {
  return async ({
    url,
    signal,
    method = 'GET',
    headers = {},
    followRedirects = true,
    bodyBytesMax = netLimits.pageBytesMax,
    millisecondsMax = pageMillisecondsMax,
  }) => {
    let total = signal;
    let address = url;
    let host = '';
    let leave: (() => void) | undefined;
    try {
      for (let hop = 0; hop <= netLimits.redirectsMax; hop += 1) {
        checkScheme(address);
        const next = new URL(address).host;
        if (hostGate && next !== host) {
          leave?.();
          leave = await hostGate.enter(next, total);
          host = next;
        }
        if (hop === 0) total = AbortSignal.any([signal, AbortSignal.timeout(millisecondsMax)]);
        const response = await request(address, {
          dispatcher: agent,
          method,
          signal: total,
          headers: { ...defaultHeaders, 'user-agent': userAgent, ...headers },
        });
        const location = fromHeaderBytes(single(response.headers.location));
        if (followRedirects && location !== null && isRedirect(response.statusCode)) {
          // What a redirect says of itself is not worth reading; its socket is given up if there is much of it.
          await response.body.dump({ limit: 16_384, signal: total });
          address = nextAddress(location, address);
          continue;
        }
        const { bytes, truncated } = await decodeBody(response.body, {
          // Several lines are one list (RFC 9110).
          encoding: [response.headers['content-encoding'] ?? ''].flat().join(','),
          bytesMax: bodyBytesMax,
          signal: total,
        });
        return {
          requestedUrl: url,
          url: address,
          status: response.statusCode,
          contentType: single(response.headers['content-type']) ?? '',
          location,
          body: bytes,
          truncated,
        } satisfies FetchedPage;
      }
    } catch (error) {
      throw asPageFetchError(error, { signal, total });
    } finally {
      leave?.();
    }
    throw new PageFetchError('too_many_redirects', `more than ${netLimits.redirectsMax} redirects`);
  };
}

const defaultHeaders = {
  accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'en,*;q=0.5',
};

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function nextAddress(location: string, base: string): string {
  if (location.length > netLimits.urlCharactersMax || !URL.canParse(location, base)) {
    throw new PageFetchError('protocol', 'a redirect leads to no address');
  }
  const next = new URL(location, base);
  next.hash = '';
  return next.href;
}

/** Other schemes never reach the agent, which knows only these two. */
function checkScheme(address: string): void {
  if (!/^https?:\/\//i.test(address)) throw new PageFetchError('refused_address', 'only http and https are fetched');
}

function single(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

/** Header bytes arrive as Latin-1; sites that send letters beyond ASCII in an address mean UTF-8, as browsers read them. */
function fromHeaderBytes(text: string | null): string | null {
  if (text === null) return null;
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

function asPageFetchError(error: unknown, { signal, total }: { signal: AbortSignal; total: AbortSignal }): Error {
  if (error instanceof PageFetchError || error instanceof LeadGenError) return error;
  if (signal.aborted) return new PageFetchError('aborted', 'the call has ended', { cause: error });
  if (total.aborted)
    return new PageFetchError('timeout', 'the site gives no whole answer in time', {
      cause: error,
    });
  const { code = '', cause } = error as { code?: string; cause?: unknown };
  if (cause instanceof PageFetchError) return cause;
  if (/TIMEOUT/.test(code)) return new PageFetchError('timeout', 'the site does not answer in time', { cause: error });
  if (/^(ECONN|EHOST|ENET|EPIPE|UND_ERR_SOCKET|ENOTFOUND|EAI_)/.test(code)) {
    return new PageFetchError('connect', 'the site does not accept the connection', { cause: error });
  }
  return new PageFetchError('protocol', 'the site does not speak HTTP as it should', { cause: error });
}
