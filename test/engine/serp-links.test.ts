import { decodeRedirectLink } from '@leadgen/engine';
import { describe, expect, it } from 'vitest';
import { isAdRedirect, isOpaqueRedirect, stripTracking } from '../../packages/engine/src/serp/redirect-link.ts';
import { routesOf, searchAddress } from '../../packages/engine/src/serp/search-address.ts';
import { engines } from '../support/score-serp.ts';

const target = 'https://shop.example/a?b=c&d=%C3%A9';
const encoded = encodeURIComponent(target);
const bing = `https://www.bing.com/ck/a?!&&p=1&u=a1${Buffer.from(target).toString('base64url')}&ntb=1`;
const bingAd = `https://www.bing.com/aclick?ld=1&u=${Buffer.from(encoded).toString('base64')}&rlid=1`;

describe('a redirect is decoded to where it leads', () => {
  it.each([
    ['Google without scripts', `/url?q=${encoded}&sa=U&ved=1`, 'https://www.google.com/search'],
    ['Google', `/url?sa=t&url=${encoded}`, 'https://www.google.de/search'],
    ['a Google ad', `/aclk?sa=l&adurl=${encoded}`, 'https://www.google.com/search'],
    [
      'a Google ad of its other host',
      `https://www.googleadservices.com/pagead/aclk?adurl=${encoded}`,
      'https://www.google.com/',
    ],
    ['Bing', bing, 'https://www.bing.com/search'],
    ['a Bing ad', bingAd, 'https://www.bing.com/search'],
    ['Yahoo', `https://r.search.yahoo.com/_ylt=1/RV=2/RO=10/RU=${encoded}/RK=2/RS=x`, 'https://search.yahoo.com/'],
    [
      'Yahoo through Bing',
      `https://r.search.yahoo.com/RU=${encodeURIComponent(bing)}/RK=2/RS=x`,
      'https://search.yahoo.com/',
    ],
    ['DuckDuckGo', `//duckduckgo.com/l/?uddg=${encoded}&rut=1`, 'https://html.duckduckgo.com/html/'],
    [
      'a DuckDuckGo ad through three hosts',
      `//duckduckgo.com/l/?uddg=${encodeURIComponent(`https://duckduckgo.com/y.js?ad_domain=a.example&u3=${encodeURIComponent(bingAd)}`)}`,
      'https://html.duckduckgo.com/html/',
    ],
  ])('%s', (_name, href, base) => {
    expect(decodeRedirectLink(href, base)).toBe(target);
  });

  it('a loop ends, another scheme is no address, what only its engine can resolve stays', () => {
    const goto = 'https://www.google.com/goto?url=CAESabc';
    let nested = target;
    for (let hop = 0; hop < 9; hop += 1) nested = `https://www.google.com/url?q=${encodeURIComponent(nested)}`;
    expect(isOpaqueRedirect(decodeRedirectLink(nested, nested))).toBe(true);
    expect(decodeRedirectLink('javascript:alert(1)', goto)).toBe('');
    expect(decodeRedirectLink(goto, goto)).toBe(goto);
    expect(isOpaqueRedirect(goto)).toBe(true);
  });

  it('a paid click is known anywhere on the way', () => {
    expect(isAdRedirect(`https://r.search.yahoo.com/RU=${encodeURIComponent(bingAd)}/RK=2/RS=x`, target)).toBe(true);
    expect(isAdRedirect(bing, target)).toBe(false);
  });
});

it('the identity of an ad has nothing that only tracks clicks', () => {
  expect(stripTracking('https://a.example/x?utm_source=g&id=7&gclid=1&msclkid=2&gad_source=1&fbclid=3#top')).toBe(
    'https://a.example/x?id=7',
  );
  expect(stripTracking('https://a.example/x?gclid=1')).toBe('https://a.example/x');
});

describe('the address of a page', () => {
  const ask = { query: 'blue shoes & more', country: 'us', language: 'en', vertical: 'organic', route: 0 } as const;
  const offset = (engine: (typeof engines)[number], start: number, name: string) =>
    new URL(searchAddress({ ...ask, engine, start }).url).searchParams.get(name);

  it('counts as each engine does: Google from 0, Bing and Yahoo from 1', () => {
    expect([0, 10, 90].map((start) => offset('google', start, 'start'))).toEqual(['0', '10', '90']);
    expect([0, 10, 90].map((start) => offset('bing', start, 'first'))).toEqual([null, '11', '91']);
    expect([0, 10, 90].map((start) => offset('yahoo', start, 'b'))).toEqual([null, '11', '91']);
  });

  it('asks DuckDuckGo for the next page by the form of the one before', () => {
    const next = searchAddress({
      ...ask,
      engine: 'duckduckgo',
      start: 10,
      nextPageForm: { q: 'x', s: '10', vqd: '4-1' },
    });
    expect(next).toMatchObject({ method: 'POST', body: 'q=x&s=10&vqd=4-1' });
  });

  it('has the question in it on every route, and each route is another one', () => {
    for (const engine of engines) {
      const urls = Array.from(
        { length: routesOf(engine) },
        (_, route) => searchAddress({ ...ask, engine, start: 0, route }).url,
      );
      expect(new Set(urls).size).toBe(routesOf(engine));
      for (const url of urls) expect([...new URL(url).searchParams.values()]).toContain(ask.query);
    }
  });
});
