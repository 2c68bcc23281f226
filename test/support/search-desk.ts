import type { FetchPage } from '../../packages/engine/src/ports/page-fetcher.ts';
import type { SerpProvider, SerpRequest, SerpResponse } from '../../packages/engine/src/ports/serp-provider.ts';
import { createProviderBreaker } from '../../packages/engine/src/serp/provider-breaker.ts';
import type { UnknownPage } from '../../packages/engine/src/serp/save-unknown-page.ts';
import type { SearchDeps, SearchRequest } from '../../packages/engine/src/serp/search-pages.ts';
import { createTestClock } from './test-clock.ts';
import { createTestLog } from './test-log.ts';

type Answer = (request: SerpRequest, signal: AbortSignal) => SerpResponse | Promise<SerpResponse>;

/** A search over providers whose upstream is played by the test. All pages are synthetic, in the shape of today's Google. */
export function setUpSearch(...answers: Answer[]) {
  const clock = createTestClock({ at: Date.UTC(2026, 2, 1) });
  const { log, lines } = createTestLog();
  const asked: (SerpRequest & { provider: string })[] = [];
  const saved: UnknownPage[] = [];
  const providers = answers.map((answer, index): SerpProvider => {
    const name = `provider${index}`;
    return {
      name,
      routes: 2,
      fetchResults: async (request, signal) => {
        asked.push({ ...request, provider: name });
        return answer(request, signal);
      },
    };
  });
  const fetchPage: FetchPage = async () => {
    throw new Error('no page is fetched here');
  };
  const deps: SearchDeps = {
    providers,
    clock,
    log,
    fetchPage,
    breaker: createProviderBreaker(clock),
    savePage: async (page) => void saved.push(page),
  };
  const request: SearchRequest = {
    engine: 'google',
    query: 'coffee',
    page: 0,
    resultsPerPage: 10,
    country: 'us',
    language: 'en',
    vertical: 'organic',
    signal: new AbortController().signal,
  };
  return { deps, clock, lines, asked, saved, request };
}

function page(body: string, { status = 200, url = 'https://www.google.com/search?q=coffee' } = {}): SerpResponse {
  const html = `<!doctype html><html><head><title>coffee - Google Search</title></head><body>${body}</body></html>`;
  return { kind: 'page', html: Buffer.from(html), url, status, contentType: 'text/html; charset=utf-8' };
}

const nextLink =
  '<table><tr><td><a id="pnnext" href="/search?q=coffee&amp;start=10"><span>Next</span></a></td></tr></table>';

export interface Row {
  title: string;
  link: string;
  text?: string;
  cite?: string;
}

/** `count` rows, numbered from `from`, and a link to the next page. */
export function googlePage(
  rows: readonly Row[],
  { top = '', isLast = false }: { top?: string; isLast?: boolean } = {},
): SerpResponse {
  const blocks = rows.map(
    ({ title, link, text = 'About it.', cite }) => `<div class="MjjYud"><div class="g tF2Cxc"><div class="yuRUbf">
      <a href="${link}"><h3 class="LC20lb">${title}</h3>${cite ? `<cite>${cite}</cite>` : ''}</a></div>
      <div class="VwiC3b"><span>${text}</span></div></div></div>`,
  );
  return page(`${top}<div id="search"><div id="rso">${blocks.join('')}</div></div>
    ${isLast ? '' : nextLink}`);
}

export function numberedRows(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Result ${from + index}`,
    link: `https://site${from + index}.org/`,
  }));
}

export const noResultsPage = () =>
  page(
    '<div id="topstuff"><div class="card-section"><p>Your search - <em>coffee</em> - did not match any documents.</p></div></div>',
  );

export const captchaPage = () =>
  page('<form id="captcha-form" action="index" method="post"><div class="g-recaptcha" data-sitekey="k"></div></form>', {
    status: 429,
    url: 'https://www.google.com/sorry/index?continue=https://www.google.com/search',
  });

export const unknownPage = () => page(`<main>${'<section><p>Something new.</p></section>'.repeat(300)}</main>`);

/** DuckDuckGo without JavaScript: its next page is asked for by a form that carries a token. */
export function duckDuckGoPage(rows: readonly Row[], { form }: { form: Record<string, string> | null }): SerpResponse {
  const blocks = rows.map(
    ({ title, link, text = 'About it.' }) => `<div class="result results_links results_links_deep web-result">
      <div class="links_main links_deep result__body"><h2 class="result__title">
      <a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(link)}&amp;rut=0">${title}</a></h2>
      <a class="result__snippet" href="${link}">${text}</a></div></div>`,
  );
  const fields = Object.entries(form ?? {}).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  const next = form
    ? `<div class="nav-link"><form action="/html/" method="post">
    <input type="submit" class="btn btn--alt" value="Next">${fields.join('')}</form></div>`
    : '';
  return page(`<div id="links" class="results">${blocks.join('')}${next}</div>`, {
    url: 'https://html.duckduckgo.com/html/?q=coffee',
  });
}
