import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';

const unzip = promisify(gunzip);

/** The addresses of a site's sitemaps, one level of index deep; only where links ran out (B32). Never throws. */
export async function readSitemaps(
  { fetchPage }: { fetchPage: FetchPage },
  { origin, named, signal }: { origin: string; named: readonly string[]; signal: AbortSignal },
): Promise<string[]> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(crawlLimits.sitemapMillisecondsMax)]);
  const top = (named.length > 0 ? named : [`${origin}/sitemap.xml`]).slice(0, crawlLimits.sitemapsMax);
  const addresses: string[] = [];
  let left: number = crawlLimits.sitemapsMax;
  const children: string[] = [];
  for (const url of top) {
    const { isIndex, locations } = await readSitemap(fetchPage, url, within);
    left -= 1;
    (isIndex ? children : addresses).push(...locations);
  }
  // Of an index, the sitemaps of pages come first: those of posts and products hold no contact page.
  children.sort((a, b) => Number(/page/i.test(b)) - Number(/page/i.test(a)));
  for (const url of children.slice(0, Math.max(left, 1))) {
    if (addresses.length >= crawlLimits.sitemapAddressesMax) break;
    const { isIndex, locations } = await readSitemap(fetchPage, url, within);
    if (!isIndex) addresses.push(...locations);
  }
  return addresses.slice(0, crawlLimits.sitemapAddressesMax);
}

async function readSitemap(
  fetchPage: FetchPage,
  url: string,
  signal: AbortSignal,
): Promise<{ isIndex: boolean; locations: string[] }> {
  try {
    const page = await fetchPage({ url, signal, bodyBytesMax: crawlLimits.sitemapBytesMax });
    if (page.status !== 200) return { isIndex: false, locations: [] };
    const isGzip = page.body[0] === 0x1f && page.body[1] === 0x8b;
    const bytes = isGzip ? await unzip(page.body, { maxOutputLength: crawlLimits.sitemapBytesMax }) : page.body;
    const xml = new TextDecoder().decode(bytes);
    return { isIndex: xml.includes('<sitemapindex'), locations: locationsOf(xml) };
  } catch {
    return { isIndex: false, locations: [] };
  }
}

function locationsOf(xml: string): string[] {
  const found: string[] = [];
  // One negated class between two literals: every character is passed over once.
  for (const match of xml.matchAll(/<loc>([^<]{1,2048})<\/loc>/g)) {
    found.push(match[1]!.trim().replaceAll('&amp;', '&'));
    if (found.length >= crawlLimits.sitemapAddressesMax) break;
  }
  return found;
}
