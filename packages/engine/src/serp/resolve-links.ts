import type { FetchPage } from '../ports/page-fetcher.ts';
import { mapAtMost } from './map-at-most.ts';
import { decodeRedirectLink, isGoogle, isOpaqueRedirect } from './redirect-link.ts';
import { searchLimits } from './search-limits.ts';

/**
 * Asks a search engine where its opaque links (`/goto?url=…`, Google since 2026) lead, without going there: the target stands in
 * `Location`, at times under a status 402. Answers what it could learn within the budget: 10 links, 8 s, 5 at once.
 * An ad's click link is never asked, since that would bill the advertiser.
 */
export async function resolveLinks(
  deps: { fetchPage: FetchPage },
  { links, signal }: { links: readonly string[]; signal: AbortSignal },
): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  const wanted = [...new Set(links)].filter((link) => !isAdClick(link)).slice(0, searchLimits.resolveLinksMax);
  if (wanted.length === 0) return targets;
  const within = AbortSignal.any([signal, AbortSignal.timeout(searchLimits.resolveMillisecondsMax)]);
  await mapAtMost(searchLimits.resolveAtOnceMax, wanted, async (link) => {
    const target = await resolveLink(deps.fetchPage, { link, signal: within });
    if (target !== null) targets.set(link, target);
  });
  return targets;
}

/** Sources differ whether HEAD is enough, so HEAD first, then GET. */
async function resolveLink(
  fetchPage: FetchPage,
  { link, signal }: { link: string; signal: AbortSignal },
): Promise<string | null> {
  for (const method of ['HEAD', 'GET'] as const) {
    if (signal.aborted) return null;
    try {
      const { location } = await fetchPage({
        url: link,
        method,
        followRedirects: false,
        signal,
        bodyBytesMax: 64 * 1024,
      });
      const target = location === null ? null : targetOf(location, link);
      if (target !== null) return target;
    } catch {
      // Refused, timed out or broken: the row keeps its breadcrumb's address, and the coverage says so.
    }
  }
  return null;
}

/** Null where the engine leads back to itself: another opaque link, a captcha, a consent page. */
function targetOf(location: string, link: string): string | null {
  const address = decodeRedirectLink(location, link);
  if (address === '' || isOpaqueRedirect(address)) return null;
  const { hostname, pathname } = new URL(address);
  const isDetour = isGoogle(hostname) && /^\/(?:goto|sorry|search|httpservice|ml|save)(?:\/|$)/.test(pathname);
  return isDetour ? null : address;
}

function isAdClick(link: string): boolean {
  const url = URL.parse(link);
  return url === null || /\/(?:aclk|aclick|y\.js)$/.test(url.pathname);
}
