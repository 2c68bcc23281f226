import { LeadGenError } from '../errors.ts';
import type { Coverage } from '../operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { FetchPage } from '../ports/page-fetcher.ts';
import type { SerpProvider, SerpRequest, SerpResponse } from '../ports/serp-provider.ts';
import type { ProviderBreaker } from './provider-breaker.ts';
import type { ProviderPasses } from './provider-passes.ts';
import { readResultPage } from './read-result-page.ts';
import type { ResultPage } from './result-page.ts';
import type { SavePage } from './save-unknown-page.ts';
import { searchLimits } from './search-limits.ts';

/** What a search works with. */
export interface SearchDeps {
  /** The one to use first, then those to fall back on. */
  providers: readonly SerpProvider[];
  clock: Clock;
  log: Log;
  /** The guarded fetcher. */
  fetchPage: FetchPage;
  breaker: ProviderBreaker;
  /** Keeps a copy of a page that no parser understood; null where copies are not wanted. */
  savePage: SavePage | null;
}

/** A readable upstream page and who gave it. */
export interface FetchedResults {
  provider: string;
  attempts: number;
  notes: string[];
  page: ResultPage;
  /** Leading rows before the wanted start, where the provider pages in steps of its own. */
  skip: number;
}

type Verdict =
  | { is: 'read'; page: ResultPage; skip: number }
  | { is: 'refused' | 'failed' | 'blocked' | 'unknown'; status: Coverage['status']; detail: string };

interface Attempt {
  provider: SerpProvider;
  route: number;
}

/**
 * One upstream page, classified and parsed. A blocked or unreadable page is asked for once more by another route (other parameters
 * of the same provider, else another provider), a failing provider once more or another one instead. Then throws `search_error`,
 * its `coverage` attached.
 */
export async function fetchResultPage(
  deps: SearchDeps,
  passes: ProviderPasses,
  request: Omit<SerpRequest, 'route'>,
  signal: AbortSignal,
): Promise<FetchedResults> {
  const notes: string[] = [];
  let attempts = 0;
  let provider = deps.providers[0]?.name ?? 'none';
  let status: Coverage['status'] = 'BLOCKED';
  /** Providers that refused or are set aside: asking them costs no attempt and is not done twice. */
  const vain = new Set<SerpProvider>();
  let plan: Attempt[] = deps.providers.map((each) => ({ provider: each, route: 0 }));
  if (request.vertical === 'ads') {
    for (const each of deps.providers) if (each.delivers === 'rows') vain.add(each);
    if (vain.size === deps.providers.length) notes.push(...[...vain].map(({ name }) => `${name} delivers no ads.`));
  }
  for (;;) {
    const next = plan.find((each) => !vain.has(each.provider));
    if (!next || attempts >= searchLimits.attemptsPerPageMax || signal.aborted) break;
    const pass = passes.enter(next.provider.name);
    if (!pass.mayTry) {
      notes.push(pass.why);
      vain.add(next.provider);
      continue;
    }
    provider = next.provider.name;
    const verdict = await attempt(deps, passes, { ...request, route: next.route }, next.provider, signal);
    if (verdict.is === 'read') {
      return { provider, attempts: attempts + 1, notes, page: verdict.page, skip: verdict.skip };
    }
    status = verdict.status;
    notes.push(verdict.detail);
    if (verdict.is === 'refused') {
      vain.add(next.provider);
    } else {
      attempts += 1;
      plan = followers(deps, next, verdict.is);
    }
  }
  if (deps.providers.length === 0) {
    notes.push('No search provider is configured: set SCRAPERAPI_KEY, SEARXNG_URL or SERP_PROVIDER=direct.');
  }
  if (notes.length === 0) notes.push('No time was left to ask.');
  const coverage: Coverage = { provider, status, pagesTried: attempts, notes };
  throw new LeadGenError('search_error', notes.join(' '), { coverage });
}

/** Where the second attempt goes, the best way first. */
function followers(deps: SearchDeps, { provider, route }: Attempt, after: 'failed' | 'blocked' | 'unknown'): Attempt[] {
  const others = deps.providers.filter((other) => other !== provider).map((other) => ({ provider: other, route: 0 }));
  const again = { provider, route: Math.min(route + 1, provider.routes - 1) };
  if (after === 'failed') return [...others, again];
  // The same request again would meet the same captcha.
  return again.route > route ? [again, ...others] : others;
}

async function attempt(
  deps: SearchDeps,
  passes: ProviderPasses,
  request: SerpRequest,
  provider: SerpProvider,
  signal: AbortSignal,
): Promise<Verdict> {
  let response: SerpResponse;
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(searchLimits.attemptMillisecondsMax)]);
    response = await provider.fetchResults(request, within);
  } catch (error) {
    return readFailure(deps, passes, error, provider, signal);
  }
  passes.delivered(provider.name);
  if (response.kind === 'rows') return readRows(request, response, provider);
  const page = readResultPage({ engine: request.engine, ...response });
  if (page.pageClass === 'ok' || page.pageClass === 'no_results') return { is: 'read', page, skip: 0 };
  if (page.pageClass === 'blocked') {
    const kind = page.blockedKind ?? 'no reason found';
    deps.log.warn(
      { engine: request.engine, provider: provider.name, route: request.route, kind },
      'result page blocked',
    );
    return {
      is: 'blocked',
      status: kind === 'js_shell' ? 'JS_SHELL' : 'BLOCKED',
      detail: `${request.engine} answered ${provider.name} with a page that blocks (${kind}).`,
    };
  }
  deps.log.warn(
    { engine: request.engine, provider: provider.name, route: request.route },
    'result page of unknown layout',
  );
  await deps.savePage?.({ ...response, engine: request.engine, provider: provider.name });
  return {
    is: 'unknown',
    status: 'UNKNOWN_LAYOUT',
    detail: `The layout of the page that ${request.engine} gave ${provider.name} is not known.`,
  };
}

function readFailure(
  deps: SearchDeps,
  passes: ProviderPasses,
  error: unknown,
  provider: SerpProvider,
  signal: AbortSignal,
): Verdict {
  const known = error instanceof LeadGenError ? error : null;
  const detail = signal.aborted
    ? `${provider.name} did not answer in time.`
    : (known?.detail ?? `${provider.name} did not answer.`);
  if (known?.transient === false) return { is: 'refused', status: 'BLOCKED', detail };
  // The caller's leaving is no failure of the provider.
  if (!signal.aborted) passes.failed(provider.name, detail);
  deps.log.warn({ err: error, provider: provider.name }, 'search provider failed');
  return { is: 'failed', status: 'BLOCKED', detail };
}

/** Rows that a provider has parsed itself: they have no ads, and no ads must not look like an empty list of them. */
function readRows(
  request: SerpRequest,
  response: Extract<SerpResponse, { kind: 'rows' }>,
  provider: SerpProvider,
): Verdict {
  if (request.vertical === 'ads') {
    return { is: 'refused', status: 'BLOCKED', detail: `${provider.name} delivers no ads.` };
  }
  const organic = response.rows.map((row, index) => ({ position: index + 1, ...row }));
  return {
    is: 'read',
    skip: Math.max(0, request.start - (response.start ?? request.start)),
    page: {
      pageClass: organic.length > 0 ? 'ok' : 'no_results',
      blockedKind: null,
      layout: provider.name,
      organic,
      ads: [],
      adLabelCount: 0,
      hasNextPage: organic.length > 0,
    },
  };
}
