import { gunzipSync } from 'node:zlib';
import type { FetchPage } from '../ports/page-fetcher.ts';
import { crawlLimits } from './limits.ts';

/** The addresses of a site's sitemaps, one level of index deep; only where links ran out (B32). Never throws. */
export async function readSitemaps(
  { fetchPage }: { fetchPage: FetchPage },
  { origin, named, signal }: { origin: string; named: readonly string[]; signal: AbortSignal },
): Promise<string[]> {
  const queue = named.length > 0 ? [...named] : [`${origin}/sitemap.xml`];
  const addresses: string[] = [];
  for (let read = 0; read < crawlLimits.sitemapsMax && queue.length > 0; read += 1) {
    const url = queue.shift()!;
    const text = await readText(fetchPage, url, signal);
    const found = locations(text);
    if (text.includes('<sitemapindex')) queue.push(...found);
    else addresses.push(...found);
    if (addresses.length >= crawlLimits.sitemapAddressesMax) break;
  }
  return addresses.slice(0, crawlLimits.sitemapAddressesMax);
}

async function readText(fetchPage: FetchPage, url: string, signal: AbortSignal): Promise<string> {
  try {
    const page = await fetchPage({ url, signal, bodyBytesMax: crawlLimits.sitemapBytesMax });
    if (page.status !== 200) return '';
    const isGzip = page.body[0] === 0x1f && page.body[1] === 0x8b;
    const bytes = isGzip ? gunzipSync(page.body, { maxOutputLength: crawlLimits.sitemapBytesMax }) : page.body;
    return new TextDecoder().decode(bytes);
  } catch {
    return '';
  }
}

function locations(xml: string): string[] {
  // One negated class between two literals: every character is passed over once.
  return Array.from(xml.matchAll(/<loc>([^<]{1,2048})<\/loc>/g), (match) => match[1]!.trim().replaceAll('&amp;', '&'));
}
