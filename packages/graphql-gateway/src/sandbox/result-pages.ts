import { type Business, hash, rankedFor } from './catalogue.ts';
import { escapeHtml } from './escape-html.ts';

/** What the sandbox knows of a query: its results and ads, before they are put into an engine's layout. */
interface Answer {
  query: string;
  results: { title: string; link: string; shown: string; description: string }[];
  ads: { title: string; link: string; shown: string; text: string }[];
  /** 0-based offset of the page after this one; null on the last one. */
  nextStart: number | null;
}

const resultsInAll = 30;
const note = '<!-- Invented by the LeadGen Engine sandbox; no search engine was asked. -->';

/** The page that an engine would send for an address and a form that is posted to it; null where the address is none of the four engines'. */
export function resultPage({ address, form }: { address: string; form: string }): {
  status: number;
  html: string;
} | null {
  const url = URL.parse(address);
  if (!url) return null;
  for (const [name, value] of new URLSearchParams(form)) url.searchParams.set(name, value);
  const engine = engineOf(url);
  if (!engine) return null;
  const query = url.searchParams.get('q') ?? url.searchParams.get('p') ?? '';
  if (/blocked please/i.test(query)) return { status: 200, html: captchaPage(engine) };
  if (/no results please/i.test(query)) return { status: 200, html: zeroPage(engine, query) };
  return { status: 200, html: layouts[engine](answerFor(query, startOf(engine, url))) };
}

type Engine = 'google' | 'bing' | 'yahoo' | 'duckduckgo';

function engineOf({ hostname }: URL): Engine | null {
  const name = /(?:^|\.)(google|bing|yahoo|duckduckgo)\.com$/.exec(hostname)?.[1];
  return (name as Engine | undefined) ?? null;
}

function startOf(engine: Engine, { searchParams }: URL): number {
  switch (engine) {
    case 'google':
      return Number(searchParams.get('start') ?? 0) || 0;
    case 'bing':
      return Math.max(0, Number(searchParams.get('first') ?? 1) - 1) || 0;
    case 'yahoo':
      return Math.max(0, Number(searchParams.get('b') ?? 1) - 1) || 0;
    case 'duckduckgo':
      return Number(searchParams.get('s') ?? 0) || 0;
  }
}

function answerFor(query: string, start: number): Answer {
  const ranked = rankedFor(query).filter((each) => each.hasWebsite);
  const adCount = 3 + (hash(query) % 4);
  return {
    query,
    results: ranked.slice(start, Math.min(start + 10, resultsInAll)).map(resultOf),
    ads: start === 0 ? ranked.slice(0, adCount).map(adOf) : [],
    nextStart: start + 10 < resultsInAll ? start + 10 : null,
  };
}

function resultOf(business: Business, index: number): Answer['results'][number] {
  const contact =
    index % 3 === 0
      ? ` Write to ${business.emails[0]} or call ${business.phone}.`
      : index % 3 === 1
        ? ` Call ${business.phone}.`
        : '';
  return {
    title: `${business.name} – ${business.trade} in ${business.city}`,
    link: `http://${business.host}/`,
    shown: business.host,
    description: `${business.description}${contact}`,
  };
}

function adOf(business: Business, index: number): Answer['ads'][number] {
  return {
    title: `${business.name}: the ${business.trade} ${business.city} trusts`,
    link: `http://${business.host}/offer`,
    shown: business.host,
    text: `First visit free this month.${index % 2 === 0 ? ` Ask ${business.emails[1]}.` : ''}`,
  };
}

const layouts: Record<Engine, (answer: Answer) => string> = {
  google: ({
    query,
    results,
    ads,
    nextStart,
  }) => `<!doctype html>${note}<html lang="en"><head><title>${escapeHtml(query)} - Google Search</title></head><body>
<div id="main"><div id="cnt"><div id="tads" aria-label="Ads">${ads
    .map(
      (
        ad,
      ) => `<div class="uEierd" data-text-ad="1"><div class="v5yQqb"><span class="U3A9Ac"><span>Sponsored</span></span>
<a class="sVXRqc" href="${escapeHtml(ad.link)}" data-rw="https://www.google.com/aclk?sa=l&amp;ai=${hash(ad.link)}&amp;adurl="><div role="heading" aria-level="3" class="CCgQ5"><span>${escapeHtml(ad.title)}</span></div><span class="x2VHCd">${escapeHtml(ad.shown)}</span></a></div>
<div class="MUxGbd yDYNvb lyLwlc"><span>${escapeHtml(ad.text)}</span></div></div>`,
    )
    .join('\n')}</div>
<div id="center_col"><div id="res"><div id="search"><div id="rso">${results
    .map(
      (
        result,
      ) => `<div class="MjjYud"><div class="g Ww4FFb tF2Cxc"><div class="yuRUbf"><a href="${escapeHtml(result.link)}"><h3 class="LC20lb MBeuO DKV0Md">${escapeHtml(result.title)}</h3><div><cite>http://${escapeHtml(result.shown)}</cite></div></a></div>
<div class="VwiC3b yXK7lf"><span>${escapeHtml(result.description)}</span></div></div></div>`,
    )
    .join(
      '\n',
    )}</div></div>${results.length === 0 ? `<div id="topstuff"><p>Your search - <em>${escapeHtml(query)}</em> - did not match any documents.</p></div>` : ''}</div></div>
${nextStart === null ? '' : `<a id="pnnext" href="/search?q=${encodeURIComponent(query)}&amp;start=${nextStart}">Next</a>`}</div></div></body></html>`,

  bing: ({
    query,
    results,
    ads,
    nextStart,
  }) => `<!doctype html>${note}<html lang="en"><head><title>${escapeHtml(query)} - Search</title></head><body><ol id="b_results">
${ads.length > 0 ? `<li class="b_ad"><ul>${ads.map((ad) => `<li><div class="sb_add sb_adTA"><h2><a href="https://www.bing.com/aclick?ld=${hash(ad.link)}&amp;u=${encodeURIComponent(Buffer.from(encodeURIComponent(ad.link)).toString('base64'))}&amp;rlid=1">${escapeHtml(ad.title)}</a></h2><div class="b_caption"><div class="b_attribution"><div class="b_adurl"><cite>${escapeHtml(ad.shown)}</cite></div></div><p><span class="b_adSlug">Ad</span> ${escapeHtml(ad.text)}</p></div></div></li>`).join('')}</ul></li>` : ''}
${results.map((result) => `<li class="b_algo"><h2><a href="https://www.bing.com/ck/a?!&amp;&amp;p=1&amp;u=a1${Buffer.from(result.link).toString('base64url')}&amp;ntb=1">${escapeHtml(result.title)}</a></h2><div class="b_caption"><p class="b_lineclamp2">${escapeHtml(result.description)}</p></div></li>`).join('\n')}
${results.length === 0 ? `<li class="b_no"><h1>There are no results for <strong>${escapeHtml(query)}</strong></h1></li>` : ''}
${nextStart === null ? '' : `<li class="b_pag"><a class="sb_pagN" href="/search?q=${encodeURIComponent(query)}&amp;first=${nextStart + 1}">Next</a></li>`}</ol></body></html>`,

  yahoo: ({
    query,
    results,
    nextStart,
  }) => `<!doctype html>${note}<html lang="en"><head><title>${escapeHtml(query)} - Yahoo Search Results</title></head><body><div id="results"><div id="main"><div id="web"><ol class="reg searchCenterMiddle">
${results.map((result) => `<li><div class="dd fst algo algo-sr relsrch richAlgo"><div class="compTitle options-toggle"><a href="https://r.search.yahoo.com/_ylt=Aw;_ylu=1/RV=2/RE=1/RO=10/RU=${encodeURIComponent(result.link)}/RK=2/RS=x-"><h3 class="title"><span class="d-b">${escapeHtml(result.title)}</span></h3></a></div><div class="compText aAbs"><p>${escapeHtml(result.description)}</p></div></div></li>`).join('\n')}
</ol>${results.length === 0 ? `<div class="zrp"><p>We did not find results for: <b>${escapeHtml(query)}</b></p></div>` : ''}</div>${nextStart === null ? '' : `<a class="next" href="/search?p=${encodeURIComponent(query)}&amp;b=${nextStart + 1}">Next</a>`}</div></div></body></html>`,

  duckduckgo: ({
    query,
    results,
    nextStart,
  }) => `<!doctype html>${note}<html lang="en"><head><title>${escapeHtml(query)} at DuckDuckGo</title></head><body><div id="links" class="results">
${results.map((result) => `<div class="result results_links results_links_deep web-result"><div class="links_main links_deep result__body"><h2 class="result__title"><a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(result.link)}&amp;rut=${hash(result.link)}">${escapeHtml(result.title)}</a></h2><a class="result__snippet" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(result.link)}">${escapeHtml(result.description)}</a></div></div>`).join('\n')}
${results.length === 0 ? '<div class="result result--no-result"><div class="no-results">No results.</div></div>' : ''}
${nextStart === null ? '' : `<div class="nav-link"><form action="/html/" method="post"><input type="submit" value="Next"><input type="hidden" name="q" value="${escapeHtml(query)}"><input type="hidden" name="s" value="${nextStart}"><input type="hidden" name="o" value="json"><input type="hidden" name="dc" value="${nextStart + 1}"><input type="hidden" name="vqd" value="4-${hash(query)}"></form></div>`}</div></body></html>`,
};

function zeroPage(engine: Engine, query: string): string {
  return layouts[engine]({ query, results: [], ads: [], nextStart: null });
}

function captchaPage(engine: Engine): string {
  const form =
    engine === 'duckduckgo'
      ? '<form id="challenge-form" action="//duckduckgo.com/anomaly.js"></form>'
      : '<form id="captcha-form" action="index" method="post"><div class="g-recaptcha" data-sitekey="sandbox"></div></form>';
  return `<!doctype html>${note}<html><head><title>Sorry</title></head><body>${form}<p>Our systems have detected unusual traffic from your computer network.</p></body></html>`;
}
