import type { LandingPage } from '../crawl/read-landing-page.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { mapAtMost } from '../serp/map-at-most.ts';
import { isOpaqueRedirect, stripTracking } from '../serp/redirect-link.ts';
import type { KeptRows } from '../work.ts';
import { adLimits } from './limits.ts';

/** What an ad's landing page gives; all of it empty where it gives nothing (B13). */
export interface AdContacts {
  /** Of the landing page's own domain (B15). */
  emails: string[];
  phones: string[];
  socialLinks: string[];
  metadata: { title: string; description: string; keywords: string; image: string };
}

export interface EnrichDeps {
  /** One landing page, guarded; throws where it can't be read. */
  readLandingPage: (request: { url: string; signal: AbortSignal }) => Promise<LandingPage>;
  rows: Pick<KeptRows, 'readMany' | 'write'>;
  clock: Clock;
  log: Log;
}

/** Ads fill a name space of their own: a crawl of the same site neither serves nor is served (H8). */
export const adLandingSpace = 'ad-crawl';

/** A kept landing page; `contacts: null` remembers that it failed. */
interface KeptPage {
  contacts: AdContacts | null;
}

/**
 * The contacts of each row's landing page, in the order of the rows, which is the order of their right to one (B14): fresh ads by
 * position, then history by last_seen. At most 15 pages are fetched in 45 s; pages kept for less than 7 days and addresses that rows
 * share do not count. A failure shows the empty shape and is remembered for an hour; a page that was not reached is not.
 */
export async function enrichAds(
  deps: EnrichDeps,
  { rows, signal }: { rows: readonly { url: string }[]; signal: AbortSignal },
): Promise<AdContacts[]> {
  const addresses = rows.map(({ url }) => landingAddress(url));
  const distinct = [...new Set(addresses.filter((address) => address !== null))];
  if (distinct.length === 0) return rows.map(emptyContacts);
  const parts = distinct.map((address) => [address]);
  const kept = await deps.rows.readMany(adLandingSpace, parts, adLimits.landingPageFreshSeconds);
  const found = new Map<string, AdContacts>();
  const missing: string[] = [];
  for (const [index, address] of distinct.entries()) {
    const row = kept[index];
    const page = row ? (JSON.parse(row.body) as KeptPage) : null;
    if (page?.contacts) found.set(address, page.contacts);
    else if (!row || deps.clock.now() - row.fetchedAt >= adLimits.failureRememberedSeconds * 1000)
      missing.push(address);
  }
  const within = AbortSignal.any([signal, AbortSignal.timeout(adLimits.enrichMillisecondsMax)]);
  const wanted = missing.slice(0, adLimits.landingPagesMax);
  await mapAtMost(adLimits.landingPagesAtOnceMax, wanted, async (address) => {
    if (within.aborted) return;
    const contacts = await readContacts(deps, address, within);
    if (contacts === 'not reached') return;
    if (contacts) found.set(address, contacts);
    await keep(deps, address, { contacts });
  });
  return addresses.map((address) => (address === null ? undefined : found.get(address)) ?? emptyContacts());
}

async function readContacts(
  deps: EnrichDeps,
  address: string,
  within: AbortSignal,
): Promise<AdContacts | null | 'not reached'> {
  try {
    const signal = AbortSignal.any([within, AbortSignal.timeout(adLimits.landingPageMillisecondsMax)]);
    const { emails, phones, socialLinks, metadata } = await deps.readLandingPage({ url: address, signal });
    return { emails, phones, socialLinks, metadata };
  } catch (error) {
    if (within.aborted) return 'not reached';
    deps.log.debug({ err: error, host: URL.parse(address)?.hostname }, 'landing page failed');
    return null;
  }
}

/** The answer does not depend on it: a page that could not be kept is fetched again next time. */
async function keep(deps: EnrichDeps, address: string, page: KeptPage): Promise<void> {
  try {
    await deps.rows.write(adLandingSpace, [address], JSON.stringify(page));
  } catch (error) {
    deps.log.warn({ err: error }, 'a landing page could not be kept');
  }
}

/** Without tracking, so that our visit counts as nobody's click. Null for what is no web address, and for an ad's click address. */
function landingAddress(address: string): string | null {
  if (isOpaqueRedirect(address)) return null;
  const url = URL.parse(stripTracking(address));
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  url.hash = '';
  return url.href;
}

function emptyContacts(): AdContacts {
  return { emails: [], phones: [], socialLinks: [], metadata: { title: '', description: '', keywords: '', image: '' } };
}
