import { LeadGenError } from '../errors.ts';
import type { Coverage } from '../operation.ts';
import type { SearchEngine, SerpRequest } from '../ports/serp-provider.ts';
import { type FetchedResults, fetchResultPage, type SearchDeps } from './fetch-result-page.ts';
import { mapAtMost } from './map-at-most.ts';
import { openProviderPasses } from './provider-passes.ts';
import { resolveLinks } from './resolve-links.ts';
import type { OrganicResult, ResultPage, SerpAd } from './result-page.ts';
import { searchLimits } from './search-limits.ts';

export type { SearchDeps } from './fetch-result-page.ts';

export interface SearchRequest {
  engine: SearchEngine;
  query: string;
  /** 0-based (P1). */
  page: number;
  resultsPerPage: number;
  country: string;
  language: string;
  vertical: 'organic' | 'ads';
  signal: AbortSignal;
}

export interface SearchResults {
  organic: OrganicResult[];
  ads: SerpAd[];
  coverage: Coverage;
  /** How often the pages say "Ad": against `ads.length` it shows when the parser misses some. */
  adLabelCount: number;
}

/**
 * A page of results, joined from upstream pages of ten (P1, P2): the upstream start is page × resultsPerPage, and
 * ceil(resultsPerPage / 10) upstream pages are asked for, never more to fill up. Throws `search_error`, its `coverage` attached,
 * where one of them fails after its retry.
 */
export async function searchPages(deps: SearchDeps, request: SearchRequest): Promise<SearchResults> {
  const passes = openProviderPasses(deps.breaker);
  let fetched: FetchedResults[];
  try {
    const needsForms = request.engine === 'duckduckgo' && deps.providers[0]?.delivers !== 'rows';
    const fetchPages = needsForms ? fetchByForms : fetchByOffsets;
    fetched = await fetchPages(request, (fields, signal) =>
      fetchResultPage(deps, passes, { ...shared(request), ...fields }, signal),
    );
  } finally {
    passes.end();
  }
  const joined = joinPages(fetched);
  const organic = joined.organic.slice(0, request.resultsPerPage);
  const notes = fetched.flatMap((page) => page.notes);
  const unresolved = await followOpaqueLinks(
    deps,
    request,
    request.vertical === 'ads' ? { ads: joined.ads } : { organic },
  );
  if (unresolved > 0)
    notes.push(`link_unresolved: ${unresolved} of the links could not be resolved and show the breadcrumb's address.`);
  if (joined.adLabelCount > joined.ads.length && request.vertical === 'ads') {
    notes.push(`ads_missed: the page says "Ad" ${joined.adLabelCount} times, ${joined.ads.length} ads were read.`);
    deps.log.warn({ engine: request.engine, labels: joined.adLabelCount, ads: joined.ads.length }, 'ads not read');
  }
  const found = request.vertical === 'ads' ? joined.ads.length : organic.length;
  const isPartial =
    unresolved > 0 || (request.vertical === 'ads' && joined.ads.length === 0 && joined.adLabelCount > 0);
  return {
    organic: organic.map(({ title, link, description }, index) => ({ position: index + 1, title, link, description })),
    ads: joined.ads.map(({ unresolvedLink: _, ...ad }) => ad),
    coverage: {
      provider: [...new Set(fetched.map((page) => page.provider))].join('+'),
      status: isPartial ? 'PARTIAL' : found > 0 ? 'OK' : 'NO_RESULTS',
      pagesTried: fetched.reduce((sum, page) => sum + page.attempts, 0),
      notes: [...new Set(notes)],
    },
    adLabelCount: joined.adLabelCount,
  };
}

type FetchOne = (
  fields: { start: number; nextPageForm?: Record<string, string> },
  signal: AbortSignal,
) => Promise<FetchedResults>;

const shared = ({
  engine,
  query,
  country,
  language,
  vertical,
}: SearchRequest): Omit<SerpRequest, 'route' | 'start'> => ({
  engine,
  query,
  country,
  language,
  vertical,
});

const upstreamPages = ({ resultsPerPage }: SearchRequest) =>
  Math.ceil(resultsPerPage / searchLimits.resultsPerUpstreamPage);

/** All pages at once: the address of each names its offset. */
async function fetchByOffsets(request: SearchRequest, fetchOne: FetchOne): Promise<FetchedResults[]> {
  const first = request.page * request.resultsPerPage;
  const pages = Array.from({ length: upstreamPages(request) }, (_, index) => ({
    start: first + index * searchLimits.resultsPerUpstreamPage,
    stop: new AbortController(),
  }));
  /** The first page that failed or says "no results": what comes after it does not matter. */
  let last = pages.length - 1;
  const endAt = (index: number) => {
    last = Math.min(last, index);
    for (const { stop } of pages.slice(last + 1)) stop.abort();
  };
  const outcomes = await mapAtMost(searchLimits.pagesAtOnceMax, pages, async ({ start, stop }, index) => {
    if (index > last) return null;
    try {
      const fetched = await fetchOne({ start }, AbortSignal.any([request.signal, stop.signal]));
      if (fetched.page.pageClass === 'no_results') endAt(index);
      return fetched;
    } catch (error) {
      endAt(index);
      return { error };
    }
  });
  const read: FetchedResults[] = [];
  for (const outcome of outcomes.slice(0, last + 1)) {
    if (outcome === null) break;
    if (!('error' in outcome)) read.push(outcome);
    else if (isBeyondEnd(read.at(-1), outcome.error)) break;
    else throw outcome.error;
  }
  return read;
}

/** Past its last page an engine shows a page without results and without words for it; the page before had no successor. */
function isBeyondEnd(before: FetchedResults | undefined, error: unknown): boolean {
  const isUnreadable = error instanceof LeadGenError && error.coverage?.status === 'UNKNOWN_LAYOUT';
  return isUnreadable && before?.page.hasNextPage === false;
}

/**
 * One after the other: DuckDuckGo's next page needs a token from the form of the page before. The form names its own offset;
 * the way to a later page leads over the first one.
 */
async function fetchByForms(request: SearchRequest, fetchOne: FetchOne): Promise<FetchedResults[]> {
  const start = request.page * request.resultsPerPage;
  const read: FetchedResults[] = [];
  let form: Record<string, string> | undefined;
  let triedBefore = 0;
  if (start > 0) {
    const entrance = await fetchOne({ start: 0 }, request.signal);
    if (!entrance.page.hasNextPage) return [{ ...entrance, page: { ...entrance.page, organic: [], ads: [] } }];
    triedBefore = entrance.attempts;
    if (entrance.page.nextPageForm) form = { ...entrance.page.nextPageForm, s: `${start}`, dc: `${start + 1}` };
  }
  for (let index = 0; index < upstreamPages(request); index += 1) {
    const offset = start + index * searchLimits.resultsPerUpstreamPage;
    const fetched = await fetchOne({ start: offset, ...(form ? { nextPageForm: form } : {}) }, request.signal);
    read.push({ ...fetched, attempts: fetched.attempts + triedBefore });
    triedBefore = 0;
    if (!fetched.page.hasNextPage) break;
    form = fetched.page.nextPageForm;
  }
  return read;
}

/** One list: what a provider gave before the wanted start is dropped, and a row that two pages share stands once. */
function joinPages(fetched: readonly FetchedResults[]): Pick<ResultPage, 'organic' | 'ads' | 'adLabelCount'> {
  const seen = new Set<string>();
  const organic: ResultPage['organic'] = [];
  // A provider with steps of its own gives whole steps: only the first one can begin too early.
  const rows = fetched.flatMap(({ page }) => page.organic.filter((row) => !row.sitelink));
  for (const row of rows.slice(fetched[0]?.skip ?? 0)) {
    const identity = `${row.link}\n${row.title}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    organic.push(row);
  }
  const ads = fetched.flatMap(({ page }) => page.ads).map((ad, index) => ({ ...ad, position: index + 1 }));
  return { organic, ads, adLabelCount: fetched.reduce((sum, { page }) => sum + page.adLabelCount, 0) };
}

/** Replaces what can be learnt of opaque links in place; answers how many keep the breadcrumb's address. */
async function followOpaqueLinks(
  deps: SearchDeps,
  { signal }: SearchRequest,
  rows: { organic: ResultPage['organic'] } | { ads: ResultPage['ads'] },
): Promise<number> {
  const opaque = 'ads' in rows ? rows.ads : rows.organic;
  const links = opaque.flatMap(({ unresolvedLink }) => (unresolvedLink === undefined ? [] : [unresolvedLink]));
  if (links.length === 0) return 0;
  const targets = await resolveLinks(deps, { links, signal });
  let unresolved = 0;
  const targetOf = (link: string | undefined) => {
    const target = link === undefined ? undefined : targets.get(link);
    if (link !== undefined && target === undefined) unresolved += 1;
    return target;
  };
  if ('ads' in rows) for (const ad of rows.ads) ad.url = targetOf(ad.unresolvedLink) ?? ad.url;
  else for (const row of rows.organic) row.link = targetOf(row.unresolvedLink) ?? row.link;
  return unresolved;
}
