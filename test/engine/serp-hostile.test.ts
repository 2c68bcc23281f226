import { readdirSync, readFileSync } from 'node:fs';
import { readResultPage } from '@leadgen/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, hasFixtures } from '../support/fixtures.ts';
import { engineAddress, engines } from '../support/score-serp.ts';

const read = (engine: (typeof engines)[number], html: Uint8Array | string, contentType = 'text/html') =>
  readResultPage({ engine, html, url: engineAddress[engine], status: 200, contentType });

/** Generous, because the machine that runs this may be a busy one; what is quadratic takes minutes. */
const pageMillisecondsMax = 15_000;

describe('pages made to hurt', () => {
  const link = '<a href="https://a.example/x">x</a>';
  const pages: Record<string, () => string> = {
    'nested 200,000 deep': () => `${'<div>'.repeat(200_000)}<h3>${link}</h3>`,
    'nested 200,000 deep, in elements that seldom are': () => '<svg><g><path>'.repeat(70_000),
    'nested headings': () => `<g><h3>${link}`.repeat(50_000),
    '20 MB of results': () =>
      `<div id="rso"><ol id="b_results">${`<li class="b_algo algo g"><h2>${link}</h2></li>`.repeat(290_000)}`,
    'ads within ads': () =>
      `${'<div class="b_ad uEierd ads" data-text-ad>'.repeat(250)}${`<h2>${link}</h2><h3>${link}</h3>`.repeat(20_000)}`,
    'ads side by side': () => `<div class="b_ad uEierd ads algo"><h2>${link}</h2></div>`.repeat(60_000),
    'one attribute of 4 MB': () => `<div class="${'b_ad '.repeat(800_000)}"><h2>${link}`,
    '400,000 attributes': () => `<a ${Array.from({ length: 400_000 }, (_, index) => `x${index}=1`).join(' ')}>`,
    'nothing but brackets': () => '<'.repeat(4_000_000),
    'nothing but ampersands': () => '&'.repeat(4_000_000),
    'white space': () => `<div id="topstuff">${' '.repeat(4_000_000)}</div>`,
    'breadcrumbs without an end': () =>
      `<div><a href="/goto?url=x"><h3>t</h3></a><cite>${'a.'.repeat(10_000)}</cite></div>`.repeat(180),
    'scripts full of addresses': () =>
      `<div id="rso"><a href="/goto?url=x"><h3>t</h3><cite>https://a.example › ...</cite></a></div><script>${'"https:\\/\\/a.example\\/x",'.repeat(150_000)}</script>`,
    'hostile links': () =>
      [
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'http://[',
        'https://%',
        '//',
        `/url?q=${'%25'.repeat(3000)}`,
        '/url?q=javascript:alert(1)',
        `https://www.bing.com/ck/a?u=a1${Buffer.from('javascript:alert(1)').toString('base64url')}`,
        'https://r.search.yahoo.com/RU=%E0%A4%A/RK=2/RS=x',
        '//duckduckgo.com/l/?uddg=%00',
        `https://a.example/${'a'.repeat(20_000)}`,
      ]
        .map((href) => `<li class="b_algo algo"><h2><a class="result__a" href="${href}"><h3>x</h3></a></h2></li>`)
        .join(''),
  };

  it.each(Object.keys(pages))('%s: an answer within bounded time, never a throw', (name) => {
    const html = pages[name]!();
    for (const engine of engines) {
      const started = performance.now();
      const page = read(engine, html);
      expect(performance.now() - started).toBeLessThan(pageMillisecondsMax);
      expect(page.organic.length).toBeLessThanOrEqual(200);
      expect(page.ads.length).toBeLessThanOrEqual(100);
      for (const { link } of page.organic) expect(new URL(link).protocol).toMatch(/^https?:$/);
      if (page.pageClass === 'ok') expect(page.organic).not.toEqual([]);
    }
  });

  it('any bytes under any label', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.constantFrom('', 'text/html', 'text/html; charset=utf-16le', 'text/html; charset=shift_jis', 'x; charset="'),
        fc.constantFrom(...engines),
        (bytes, contentType, engine) => {
          expect(read(engine, bytes, contentType).pageClass).not.toBe('ok');
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['windows-1252', 'text/html; charset=windows-1252', ''],
    ['windows-1252', 'text/html', '<meta charset="iso-8859-1">'],
    ['utf8', 'text/html; charset=nonsense', ''],
  ])('a page in %s (%s %s) has its accents', (encoding, contentType, meta) => {
    const html = `<html><head>${meta}</head><div id="rso"><a href="https://a.example/"><h3>Café à côté</h3></a></div>`;
    const bytes = Buffer.from(html, encoding === 'utf8' ? 'utf8' : 'latin1');
    expect(read('google', bytes, contentType).organic[0]?.title).toBe('Café à côté');
  });
});

describe.skipIf(!hasFixtures)('saved pages, spoilt (skipped: the folder of real pages is not here)', () => {
  const saved = hasFixtures
    ? engines.flatMap((engine) =>
        readdirSync(fixture('serp', engine))
          .filter((file) => file.endsWith('.html'))
          .map((file) => ({ engine, file, html: readFileSync(fixture('serp', engine, file), 'utf8') })),
      )
    : [];

  it('cut anywhere, or spliced with another engine: never a throw, never an empty "ok"', () => {
    const spoilt = fc.tuple(
      fc.nat(Math.max(saved.length - 1, 0)),
      fc.nat(Math.max(saved.length - 1, 0)),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(...engines),
    );
    fc.assert(
      fc.property(spoilt, ([one, other, at, engine]) => {
        const head = saved[one]!.html.slice(0, Math.floor(saved[one]!.html.length * at));
        const tail = saved[other]!.html.slice(Math.floor(saved[other]!.html.length * at));
        for (const html of [head, head + tail]) {
          const page = read(engine, html);
          expect(page.pageClass === 'ok').toBe(page.organic.length > 0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('with every class renamed: four in five results and ads are still found, and every class of page but few', () => {
    let wanted = 0;
    let found = 0;
    const misjudged: string[] = [];
    for (const { engine, file, html } of saved) {
      const before = read(engine, html);
      const after = read(engine, renameClasses(html));
      if (after.pageClass !== before.pageClass) misjudged.push(file);
      const links = new Set([...after.organic.map((each) => each.link), ...after.ads.map((each) => each.url)]);
      const all = [...before.organic.map((each) => each.link), ...before.ads.map((each) => each.url)];
      wanted += all.length;
      found += all.filter((each) => links.has(each)).length;
    }
    expect(found / wanted).toBeGreaterThan(0.8);
    expect(misjudged.length, misjudged.join()).toBeLessThanOrEqual(2);
  });

  it('of one engine taken for those of another: nothing is made up from a refusal', () => {
    for (const { engine, file, html } of saved.filter((each) => /captcha|sorry|challenge/.test(each.file)))
      for (const other of engines.filter((each) => each !== engine))
        expect(read(other, html).organic, `${file} as ${other}`).toEqual([]);
  });
});

/** A new name for each class, as an engine's next build would give. */
function renameClasses(html: string): string {
  return html.replace(
    /\bclass\s?=\s?("[^"]*"|'[^']*'|[^\s>]+)/gi,
    (_all, value: string) =>
      `class="${value
        .replace(/["']/g, '')
        .split(/\s+/)
        .filter(Boolean)
        .map((name) => `x${[...name].reverse().join('')}`)
        .join(' ')}"`,
  );
}
