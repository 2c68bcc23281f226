import type { SearchEngine } from '../ports/serp-provider.ts';

export interface SearchAddress {
  url: string;
  method: 'GET' | 'POST';
  body?: string;
  headers: Record<string, string>;
}

export interface SearchQuestion {
  engine: SearchEngine;
  query: string;
  /** 0-based offset of the first result wanted. */
  start: number;
  /** ISO 3166-1 alpha-2 and ISO 639-1, lower case. */
  country: string;
  language: string;
  vertical: 'organic' | 'ads';
  /** 0, then other ways to the same page. */
  route: number;
  nextPageForm?: Record<string, string>;
}

/** How many addresses lead to an engine's page: for Google the modern page, the one without JavaScript, the one for old phones. */
export function routesOf(engine: SearchEngine): number {
  return engine === 'google' ? 3 : engine === 'duckduckgo' ? 2 : 1;
}

/** The address of a result page. Sources of each engine's paging and parameters: `docs/decisions/result-pages.md`. */
export function searchAddress(question: SearchQuestion): SearchAddress {
  const acceptLanguage = `${question.language}-${question.country.toUpperCase()},${question.language};q=0.9`;
  const address = builders[question.engine](question);
  return { ...address, headers: { 'accept-language': acceptLanguage, ...address.headers } };
}

const builders: Record<SearchEngine, (question: SearchQuestion) => SearchAddress> = { google, bing, yahoo, duckduckgo };

function google({ query, start, country, language, vertical, route }: SearchQuestion): SearchAddress {
  const parameters = new URLSearchParams({
    q: query,
    hl: language,
    gl: country,
    start: String(start),
    pws: '0',
    nfpr: '1',
    filter: '0',
    ie: 'utf8',
    oe: 'utf8',
  });
  // Ads exist on the page of a browser alone, so their second route is the one without JavaScript, which has some.
  if (route === 1 || (route === 2 && vertical === 'ads')) parameters.set('gbv', '1');
  const path = route === 2 && vertical === 'organic' ? '/wml/search' : '/search';
  return {
    url: `https://www.google.com${path}?${parameters}`,
    method: 'GET',
    headers: { cookie: 'CONSENT=YES+', ...(path === '/search' ? {} : { 'user-agent': oldPhone }) },
  };
}

/** The page for old phones, whose links are readable, is given to old phones alone. */
const oldPhone = 'Nokia6630/1.0 (2.3.129) SymbianOS/8.0 Series60/2.6 Profile/MIDP-2.0 Configuration/CLDC-1.1';

/** `first` is 1-based. */
function bing({ query, start, country, language }: SearchQuestion): SearchAddress {
  const parameters = new URLSearchParams({ q: query });
  if (start > 0) parameters.set('first', String(start + 1));
  parameters.set('mkt', `${language}-${country.toUpperCase()}`);
  parameters.set('setlang', language);
  parameters.set('cc', country);
  parameters.set('adlt', 'off');
  return { url: `https://www.bing.com/search?${parameters}`, method: 'GET', headers: {} };
}

/** `b` is 1-based: 11 is the second page of ten. */
function yahoo({ query, start }: SearchQuestion): SearchAddress {
  const parameters = new URLSearchParams({ p: query, pz: '10' });
  if (start > 0) {
    parameters.set('b', String(start + 1));
    parameters.set('bct', '0');
    parameters.set('xargs', '0');
  }
  return { url: `https://search.yahoo.com/search?${parameters}`, method: 'GET', headers: {} };
}

/** The next page needs the hidden form of the one before; its `vqd` can't be made up. */
function duckduckgo({ query, start, country, language, route, nextPageForm }: SearchQuestion): SearchAddress {
  const base = route === 1 ? 'https://lite.duckduckgo.com/lite/' : 'https://html.duckduckgo.com/html/';
  const region = `${country === 'gb' ? 'uk' : country}-${language}`;
  if (nextPageForm) {
    const body = new URLSearchParams(nextPageForm).toString();
    return {
      url: base,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', referer: base },
    };
  }
  const parameters = new URLSearchParams({ q: query, kl: region });
  if (start > 0) {
    parameters.set('s', String(start));
    parameters.set('dc', String(start + 1));
  }
  return { url: `${base}?${parameters}`, method: 'GET', headers: {} };
}
