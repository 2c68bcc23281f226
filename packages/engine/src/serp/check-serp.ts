import { LeadGenError } from '../errors.ts';
import type { SearchEngine } from '../ports/serp-provider.ts';
import type { SearchDeps } from './fetch-result-page.ts';
import { readResultPage } from './read-result-page.ts';
import { searchLimits } from './search-limits.ts';

/** What a live page of an engine looked like, for `leadgen doctor serp`. */
export interface SerpCheck {
  engine: SearchEngine;
  provider: string;
  /** Whether the page could be read and had results. */
  isFine: boolean;
  /** `ok`, `no_results`, `blocked`, `unknown_layout`; `failed` where no page came. */
  pageClass: string;
  layout: string | null;
  organicCount: number;
  adsCount: number;
  /** Against `adsCount` it shows when ads are missed. */
  adLabelCount: number;
  milliseconds: number;
  detail: string | null;
}

/** Fetches one live page by the first provider, a single try, and says how it reads. Never throws. */
export async function checkSerp(
  deps: SearchDeps,
  request: { engine: SearchEngine; query: string; country: string; language: string; signal: AbortSignal },
): Promise<SerpCheck> {
  const { engine, query, country, language } = request;
  const provider = deps.providers[0];
  const startedAt = deps.clock.now();
  const found = (rest: Partial<SerpCheck>): SerpCheck => ({
    engine,
    provider: provider?.name ?? 'none',
    isFine: false,
    pageClass: 'failed',
    layout: null,
    organicCount: 0,
    adsCount: 0,
    adLabelCount: 0,
    milliseconds: deps.clock.now() - startedAt,
    detail: null,
    ...rest,
  });
  if (!provider) return found({ detail: 'No search provider is configured.' });
  try {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(searchLimits.attemptMillisecondsMax)]);
    const response = await provider.fetchResults(
      { engine, query, country, language, start: 0, vertical: 'organic', route: 0 },
      signal,
    );
    if (response.kind === 'rows') {
      const organicCount = response.rows.length;
      return found({
        isFine: organicCount > 0,
        pageClass: organicCount > 0 ? 'ok' : 'no_results',
        layout: 'rows',
        organicCount,
      });
    }
    const page = readResultPage({ engine, ...response });
    if (page.pageClass === 'unknown_layout') await deps.savePage?.({ ...response, engine, provider: provider.name });
    const organicCount = page.organic.filter(({ sitelink }) => !sitelink).length;
    return found({
      isFine: page.pageClass === 'ok' && organicCount > 0,
      pageClass: page.pageClass,
      layout: page.layout,
      organicCount,
      adsCount: page.ads.length,
      adLabelCount: page.adLabelCount,
      detail: page.blockedKind,
    });
  } catch (error) {
    return found({ detail: error instanceof LeadGenError ? error.message : `${provider.name} did not answer.` });
  }
}
