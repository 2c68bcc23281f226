/** What a test wants a search engine to show. */
export interface ShownPage {
  results: ShownRow[];
  ads?: ShownAd[];
  hasNextPage?: boolean;
}

export interface ShownRow {
  title: string;
  link: string;
  text?: string;
}

export interface ShownAd {
  title: string;
  link: string;
  text?: string;
  /** The address shown above the text. */
  shown?: string;
  /** Shown below the results once more. */
  atBottom?: boolean;
}

export type Engine = 'google' | 'bing' | 'yahoo' | 'duckduckgo';

/** A result page in the layout that the engine sends today. All of it is invented. */
export function enginePage(engine: Engine, page: ShownPage): string {
  const { head, rows, none, next } = layouts[engine];
  const body = page.results.length > 0 ? page.results.map(rows).join('\n') : none;
  const ads = page.ads ?? [];
  return head({
    body,
    next: page.hasNextPage ? next : '',
    top: ads.map(adBlocks[engine]).join(''),
    bottom: ads
      .filter(({ atBottom }) => atBottom)
      .map(adBlocks[engine])
      .join(''),
  });
}

/** `count` rows, numbered from `from`. */
export function numberedRows(count: number, from = 1): ShownRow[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Result ${from + index}`,
    link: `https://site${from + index}.org/`,
  }));
}

/** `count` ads, numbered from `from`, each with a landing page of its own. */
export function numberedAds(count: number, from = 1): ShownAd[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Offer ${from + index}`,
    link: `https://advertiser${from + index}.org/`,
    text: `The best of offer ${from + index} in town.`,
  }));
}

/** What an engine sends to somebody whom it takes for a machine. */
export const captchaPage =
  '<!doctype html><html><head><title>Sorry</title></head><body><form id="captcha-form" action="index" method="post"><div class="g-recaptcha" data-sitekey="k"></div></form></body></html>';

interface Layout {
  head: (parts: { body: string; next: string; top: string; bottom: string }) => string;
  rows: (row: ShownRow) => string;
  none: string;
  next: string;
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const layouts: Record<Engine, Layout> = {
  google: {
    head: ({ body, next, top, bottom }) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x - Google Search</title></head><body><div id="main"><div id="tads">${top}</div><div id="search"><div id="rso">${body}</div></div><div id="tadsb">${bottom}</div>${next}</div></body></html>`,
    rows: ({ title, link, text = 'About it.' }) =>
      `<div class="MjjYud"><div class="g tF2Cxc"><div class="yuRUbf"><a href="${escapeHtml(link)}"><h3 class="LC20lb">${escapeHtml(title)}</h3></a></div><div class="VwiC3b"><span>${escapeHtml(text)}</span></div></div></div>`,
    none: '<div id="topstuff"><div class="card-section"><p>Your search - <em>x</em> - did not match any documents.</p></div></div>',
    next: '<a id="pnnext" href="/search?q=x&amp;start=10"><span>Next</span></a>',
  },
  bing: {
    head: ({ body, next, top, bottom }) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x - Search</title></head><body><ol id="b_results">${top}${body}${bottom}${next}</ol></body></html>`,
    rows: ({ title, link, text = 'About it.' }) =>
      `<li class="b_algo"><h2><a href="${escapeHtml(link)}">${escapeHtml(title)}</a></h2><div class="b_caption"><p>${escapeHtml(text)}</p></div></li>`,
    none: '<li class="b_no"><h1>There are no results for <strong>x</strong></h1></li>',
    next: '<li class="b_pag"><a class="sb_pagN" href="/search?first=11">Next</a></li>',
  },
  yahoo: {
    head: ({ body, next }) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x - Yahoo Search Results</title></head><body><div id="results"><div id="main"><div id="web"><ol class="reg searchCenterMiddle">${body}</ol></div>${next}</div></div></body></html>`,
    rows: ({ title, link, text = 'About it.' }) =>
      `<li><div class="dd fst algo algo-sr relsrch richAlgo"><div class="compTitle options-toggle"><a href="https://r.search.yahoo.com/_ylt=Aw/RV=2/RE=1/RO=10/RU=${encodeURIComponent(link)}/RK=2/RS=x-"><h3 class="title"><span>${escapeHtml(title)}</span></h3></a></div><div class="compText aAbs"><p>${escapeHtml(text)}</p></div></div></li>`,
    none: '<div class="zrp"><p>We did not find results for: <b>x</b></p></div>',
    next: '<a class="next" href="/search?b=11">Next</a>',
  },
  duckduckgo: {
    head: ({ body, next }) =>
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x at DuckDuckGo</title></head><body><div id="links" class="results">${body}${next}</div></body></html>`,
    rows: ({ title, link, text = 'About it.' }) =>
      `<div class="result results_links results_links_deep web-result"><div class="links_main links_deep result__body"><h2 class="result__title"><a rel="nofollow" class="result__a" href="//duckduckgo.com/l/?uddg=${encodeURIComponent(link)}&amp;rut=0">${escapeHtml(title)}</a></h2><a class="result__snippet" href="${escapeHtml(link)}">${escapeHtml(text)}</a></div></div>`,
    none: '<div class="result result--no-result"><div class="no-results">No results.</div></div>',
    next: '<div class="nav-link"><form action="/html/" method="post"><input type="submit" class="btn" value="Next"><input type="hidden" name="q" value="x"><input type="hidden" name="s" value="10"><input type="hidden" name="vqd" value="4-1"></form></div>',
  },
};

const googleAd = ({ title, link, text = 'The offer of the month.', shown = '' }: ShownAd) =>
  `<div class="uEierd" data-text-ad="1"><div class="v5yQqb"><span class="U3A9Ac"><span>Sponsored</span></span><a class="sVXRqc" href="${escapeHtml(link)}"><div role="heading" aria-level="3" class="CCgQ5"><span>${escapeHtml(title)}</span></div><span class="x2VHCd">${escapeHtml(shown)}</span></a></div><div class="MUxGbd yDYNvb lyLwlc"><span>${escapeHtml(text)}</span></div></div>`;

const bingAd = ({ title, link, text = 'The offer of the month.', shown = '' }: ShownAd) =>
  `<li class="b_ad"><ul><li><div class="sb_add sb_adTA"><h2><a href="https://www.bing.com/aclick?ld=1&amp;u=${encodeURIComponent(Buffer.from(encodeURIComponent(link)).toString('base64'))}&amp;rlid=1">${escapeHtml(title)}</a></h2><div class="b_caption"><div class="b_attribution"><div class="b_adurl"><cite>${escapeHtml(shown)}</cite></div></div><p><span class="b_adSlug">Ad</span> ${escapeHtml(text)}</p></div></div></li></ul></li>`;

const adBlocks: Record<Engine, (ad: ShownAd) => string> = {
  google: googleAd,
  bing: bingAd,
  yahoo: () => '',
  duckduckgo: () => '',
};
