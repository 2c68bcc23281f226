import { readResultPage, type SearchEngine } from '@leadgen/engine';
import { describe, expect, it } from 'vitest';
import { engineAddress } from '../support/score-serp.ts';

/** Every page here is synthetic: written for the test, after what is known of layouts of which no saved page exists. */
const read = (engine: SearchEngine, html: string, { url = engineAddress[engine], status = 200 } = {}) =>
  readResultPage({ engine, html, url, status, contentType: 'text/html; charset=utf-8' });

const google = (body: string) => `<html><body><div id="search"><div id="rso">${body}</div></div></body></html>`;

describe('Google', () => {
  it('reads the page for old phones (WML)', () => {
    const page = read(
      'google',
      `<body><div id="main">${[1, 2]
        .map(
          (
            n,
          ) => `<div class="zMzFAb"><a class="fuLhoc" href="/url?q=https://site${n}.example/a%3Fb%3D1&amp;sa=U&amp;ved=x">
            <span class="CVA68e">Title ${n}</span> <span class="qXLe6d">site${n}.example</span></a>
            <div class="taTFJ"><span class="FrIlee">What site ${n} is about.</span></div></div>`,
        )
        .join('')}<a href="/wml/search?q=x&amp;start=10">Next</a></div></body>`,
    );
    expect(page).toMatchObject({ pageClass: 'ok', layout: 'google-wml', hasNextPage: true });
    expect(page.organic).toEqual([
      { position: 1, title: 'Title 1', link: 'https://site1.example/a?b=1', description: 'What site 1 is about.' },
      { position: 2, title: 'Title 2', link: 'https://site2.example/a?b=1', description: 'What site 2 is about.' },
    ]);
  });

  it('reads results and ads of 2015 to 2019', () => {
    const page = read(
      'google',
      `<body><div id="tads"><ol><li class="ads-ad"><h3><a style="display:none" href="/aclk?sa=l&amp;ai=1"></a>
         <a href="https://shop.example/shoes">Shoes for less</a></h3><div class="ads-visurl"><span>Ad</span><cite>shop.example/shoes</cite></div>
         <div class="ads-creative">Thousands of shoes in stock today.</div></li></ol></div><div id="bottomads"></div>
       <div id="rso"><div class="g"><h3 class="r"><a href="/url?sa=t&amp;url=https%3A%2F%2Fone.example%2F&amp;usg=1">One</a></h3>
         <div class="s"><cite>https://one.example/</cite><span class="st">The first result of the page.</span></div></div></div></body>`,
    );
    expect(page.organic).toEqual([
      { position: 1, title: 'One', link: 'https://one.example/', description: 'The first result of the page.' },
    ]);
    expect(page.ads).toEqual([
      {
        position: 1,
        area: 'top',
        title: 'Shoes for less',
        url: 'https://shop.example/shoes',
        displayUrl: 'shop.example/shoes',
        text: 'Thousands of shoes in stock today.',
      },
    ]);
  });

  it('reads the page without scripts of 2019, which has no headings', () => {
    const page = read(
      'google',
      `<body><div id="main"><div class="ZINbbc xpd"><div class="kCrYT"><a href="/url?q=https://one.example/&amp;sa=U">
         <div class="BNeawe vvjwJb AP7Wnd">One</div><div class="BNeawe UPmit AP7Wnd">one.example</div></a></div>
         <div class="kCrYT"><div class="BNeawe s3v9rd AP7Wnd">The first result of the page.</div></div></div></div></body>`,
    );
    expect(page.organic).toMatchObject([
      { title: 'One', link: 'https://one.example/', description: 'The first result of the page.' },
    ]);
  });

  const opaque = (breadcrumb: string) =>
    `<div class="MjjYud"><a href="/goto?url=CAESabc_-"><h3>Shoes</h3><cite>${breadcrumb}</cite></a><div class="VwiC3b">Shoes of all kinds.</div></div>`;

  it("gives an opaque link's breadcrumb, marked as unresolved", () => {
    const page = read('google', google(opaque('https://www.shop.example › shoes › red')));
    expect(page.organic).toMatchObject([
      { link: 'https://www.shop.example/', unresolvedLink: 'https://www.google.com/goto?url=CAESabc_-' },
    ]);
  });

  it("finds an opaque link's address in the page's own scripts, where one alone fits its breadcrumb", () => {
    const script = (...addresses: string[]) =>
      `<script>W_jd=${JSON.stringify(addresses).replaceAll('/', '\\/')}</script>`;
    const crumb = 'https://www.shop.example › shoes › re...';
    const fitting =
      google(opaque(crumb)) + script('https://www.shop.example/shoes/red?a=1', 'https://www.shop.example/hats');
    expect(read('google', fitting).organic[0]).toEqual({
      position: 1,
      title: 'Shoes',
      link: 'https://www.shop.example/shoes/red?a=1',
      description: 'Shoes of all kinds.',
    });
    const twice = google(opaque(crumb)) + script('https://shop.example/shoes/red', 'https://shop.example/shoes/rest');
    expect(read('google', twice).organic[0]).toMatchObject({ link: 'https://www.shop.example/' });
  });

  it('keeps an opaque link without a breadcrumb, for the network to resolve', () => {
    const page = read('google', google('<a href="/goto?url=CAES"><h3>Shoes</h3></a>'));
    expect(page.organic).toMatchObject([{ unresolvedLink: 'https://www.google.com/goto?url=CAES' }]);
  });

  it('leaves out news cards, questions of others and its own pages', () => {
    const page = read(
      'google',
      google(
        `<a href="https://one.example/"><h3>One</h3></a><a class="WlydOe" href="https://news.example/"><div role="heading">News</div></a>
         <div class="related-question-pair"><a href="https://asked.example/"><h3>Asked</h3></a></div>
         <a href="/search?q=x&amp;tbm=isch"><h3>Images for x</h3></a>`,
      ),
    );
    expect(page.organic.map(({ link }) => link)).toEqual(['https://one.example/']);
  });

  it('knows a page without results in a language that nobody listed', () => {
    const html = `<div id="topstuff"><div class="card-section"><p role="heading">Zapros <em>qwxz</em> nenajden.</p><ul><li>Aaa.</li><li>Bbb.</li></ul></div></div>`;
    expect(read('google', html).pageClass).toBe('no_results');
  });

  it.each([
    [
      'js_shell',
      '<noscript><meta http-equiv="refresh" content="0;url=/httpservice/retry/enablejs?sei=1"></noscript><script>var SG_SS</script>',
    ],
    ['consent', '<form action="https://consent.google.com/save"><button>OK</button></form>'],
    ['consent', '<h1>Before you continue to Google Search</h1><form action="/save"></form>'],
    ['captcha', '<form id="captcha-form" action="index"><div class="g-recaptcha" data-sitekey="k"></div></form>'],
    ['captcha', '<p>Our systems have detected unusual traffic from your computer network.</p>'],
  ])('is blocked by %s', (kind, html) => {
    expect(read('google', html)).toMatchObject({ pageClass: 'blocked', blockedKind: kind, organic: [] });
  });

  it('is no captcha because a script says /sorry/', () => {
    const html = google('<a href="https://one.example/"><h3>One</h3></a><script>x="/sorry/index"</script>');
    expect(read('google', html).pageClass).toBe('ok');
  });

  it('judges the address that answered, and a status that refuses', () => {
    expect(read('google', '', { url: 'https://www.google.com/sorry/index?q=1' }).blockedKind).toBe('captcha');
    expect(read('google', '', { url: 'https://consent.google.com/ml?continue=1' }).blockedKind).toBe('consent');
    expect(read('google', '<p>Sorry</p>', { status: 429 }).blockedKind).toBe('soft_block');
  });

  it.each(['google', 'bing', 'yahoo', 'duckduckgo'] as const)(
    'never calls an unknown page of %s an empty answer',
    (engine) => {
      const html = `<body><p>${'Words of a layout that nobody knows. '.repeat(200)}</p><div id="tads"></div></body>`;
      expect(read(engine, html)).toMatchObject({ pageClass: 'unknown_layout', organic: [] });
    },
  );
});

describe('Bing', () => {
  const clicked = `/aclick?ld=1&amp;u=${Buffer.from(encodeURIComponent('https://shop.example/a?b=c')).toString('base64')}&amp;rlid=1`;

  it('reads a phone, where the heading stands within the link', () => {
    const link = `https://www.bing.com/ck/a?!&amp;&amp;p=1&amp;u=a1${Buffer.from('https://one.example/ä').toString('base64url')}&amp;ntb=1`;
    const page = read(
      'bing',
      `<ol id="b_results"><li class="b_algo"><div class="b_algoheader"><a href="${link}"><h2>One</h2></a></div><div class="b_caption"><p>About one.</p></div></li></ol>`,
    );
    expect(page.organic).toEqual([
      { position: 1, title: 'One', link: 'https://one.example/%C3%A4', description: 'About one.' },
    ]);
  });

  it('keeps the ads of a page without results, the same ad as often as it stands there', () => {
    const ad = `<li class="b_ad"><ul><li><h2><a href="${clicked}">Shoes</a></h2><div class="b_caption"><div class="b_adurl"><cite>shop.example</cite></div><p><span class="b_adSlug">Ad</span>All shoes.</p></div></li></ul></li>`;
    const page = read(
      'bing',
      `<ol id="b_results">${ad}<li class="b_no"><h1>There are no results for x</h1></li>${ad}</ol>`,
    );
    expect(page).toMatchObject({ pageClass: 'no_results', adLabelCount: 2 });
    expect(page.ads).toMatchObject([
      {
        position: 1,
        title: 'Shoes',
        url: 'https://shop.example/a?b=c',
        displayUrl: 'shop.example',
        text: 'All shoes.',
      },
      { position: 2, title: 'Shoes' },
    ]);
  });

  it('is blocked by a challenge, and not fooled by styles that name its classes', () => {
    const html =
      '<style>.b_algo{}</style><ol id="b_results"></ol><div class="captcha"><div class="captcha_header">One last step</div></div>';
    expect(read('bing', html)).toMatchObject({ pageClass: 'blocked', blockedKind: 'captcha' });
  });
});

describe('Yahoo', () => {
  const ru = (target: string) =>
    `https://r.search.yahoo.com/_ylt=1/RV=2/RE=3/RO=10/RU=${encodeURIComponent(target)}/RK=2/RS=x`;
  const result = (target: string, title: string) =>
    `<li><div class="dd fst algo algo-sr"><div class="compTitle"><a href="${ru(target)}"><span>Site</span><h3 class="title">${title}</h3></a></div><div class="compText"><p>About ${title}.</p></div></div></li>`;

  it('reads results and ads of today, the ads also by their links', () => {
    const page = read(
      'yahoo',
      `<div id="web"><ol class="searchCenterTopAds">${result('https://www.bing.com/aclick?ld=1&u=aHR0cHM6Ly9zaG9wLmV4YW1wbGUv', 'Shop')}</ol>
       <ol>${result('https://one.example/', 'One')}${result('https://www.bing.com/aclick?u=aHR0cHM6Ly9sYXRlLmV4YW1wbGUv', 'Late')}</ol></div>`,
    );
    expect(page.organic).toEqual([
      { position: 1, title: 'One', link: 'https://one.example/', description: 'About One.' },
    ]);
    expect(page.ads).toMatchObject([
      { area: 'top', title: 'Shop', url: 'https://shop.example/' },
      { area: 'bottom', title: 'Late', url: 'https://late.example/' },
    ]);
  });

  it('knows no results, a consent page and a refusal', () => {
    expect(read('yahoo', '<ol class="zrp"><li>We did not find results for: x</li></ol>').pageClass).toBe('no_results');
    expect(read('yahoo', '<form class="consent-form" method="post"></form>').blockedKind).toBe('consent');
    expect(read('yahoo', '<p>Sorry</p>', { status: 999 }).blockedKind).toBe('soft_block');
  });
});

describe('DuckDuckGo', () => {
  const out = (target: string) => `//duckduckgo.com/l/?uddg=${encodeURIComponent(target)}&amp;rut=1`;
  const adLink = out(
    'https://duckduckgo.com/y.js?ad_domain=shop.example&ad_provider=bingv7aa&u3=https%3A%2F%2Fwww.bing.com%2Faclick%3Fu%3DaHR0cHM6Ly9zaG9wLmV4YW1wbGUv',
  );

  it('tells ads from results on the HTML page, and keeps the form for the next one', () => {
    const page = read(
      'duckduckgo',
      `<div id="links"><div class="result result--ad"><h2><a class="result__a" href="${adLink}">Shop</a></h2><a class="result__snippet">Buy.</a></div>
       <div class="result web-result"><h2><a class="result__a" href="${out('https://one.example/')}">One</a></h2><a class="result__snippet">About <b>one</b>.</a></div>
       <form action="/html/" method="post"><input type="submit" value="Next"><input type="hidden" name="q" value="x"><input type="hidden" name="s" value="10"><input type="hidden" name="vqd" value="4-1"></form></div>`,
    );
    expect(page.organic).toEqual([
      { position: 1, title: 'One', link: 'https://one.example/', description: 'About one.' },
    ]);
    expect(page.ads).toMatchObject([{ area: 'top', title: 'Shop', url: 'https://shop.example/' }]);
    expect(page).toMatchObject({ hasNextPage: true, nextPageForm: { q: 'x', s: '10', vqd: '4-1' } });
  });

  it('reads the lite page, whose texts stand in rows of their own', () => {
    const row = (target: string, title: string, kind = '') =>
      `<tr class="${kind}"><td>1.</td><td><a rel="nofollow" href="${target}" class="result-link">${title}</a></td></tr><tr class="${kind}"><td></td><td class="result-snippet">About ${title}.</td></tr>`;
    const page = read(
      'duckduckgo',
      `<table>${row(adLink, 'Shop', 'result-sponsored')}${row(out('https://one.example/'), 'One')}</table>`,
    );
    expect(page).toMatchObject({ layout: 'duckduckgo-lite', ads: [{ title: 'Shop', text: 'About Shop.' }] });
    expect(page.organic).toMatchObject([{ title: 'One', link: 'https://one.example/', description: 'About One.' }]);
  });

  it('reads the page of the JavaScript application', () => {
    const article = (kind: string, href: string, title: string) =>
      `<article data-testid="${kind}"><h2><a data-testid="result-title-a" href="${href}">${title}</a></h2><div data-result="snippet">About ${title}.</div></article>`;
    const page = read(
      'duckduckgo',
      `<div id="react-layout">${article('ad', 'https://duckduckgo.com/y.js?ad_domain=shop.example', 'Shop')}${article('result', 'https://one.example/', 'One')}</div>`,
    );
    expect(page).toMatchObject({ layout: 'duckduckgo-js', ads: [{ url: 'https://shop.example/' }] });
    expect(page.organic).toMatchObject([{ link: 'https://one.example/', description: 'About One.' }]);
  });

  it('keeps ads where nothing was found, and knows its challenge', () => {
    const page = read(
      'duckduckgo',
      `<div class="result result--ad"><a class="result__a" href="${adLink}">Shop</a></div><div class="result result--no-result"><div class="no-results">No results.</div></div>`,
    );
    expect(page).toMatchObject({ pageClass: 'no_results', ads: [{ title: 'Shop' }] });
    expect(
      read('duckduckgo', '<form id="challenge-form" action="//duckduckgo.com/anomaly.js"></form>').blockedKind,
    ).toBe('captcha');
    expect(read('duckduckgo', '', { status: 202 }).blockedKind).toBe('captcha');
  });
});
