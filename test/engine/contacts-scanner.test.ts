import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Parser, Tokenizer } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { createLinkResolver } from '../../packages/engine/src/contacts/absolute-link.ts';
import { mergeContacts } from '../../packages/engine/src/contacts/merge-contacts.ts';
import { scanMarkup } from '../../packages/engine/src/contacts/scan-markup.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';
import { fixture, hasFixtures } from '../support/fixtures.ts';

/** What both tell of a page, neighbouring texts joined. */
type Token = string;

function scannerTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') tokens.push(`text ${text}`);
    text = '';
  };
  scanMarkup(
    { bytes: Buffer.from(source, 'latin1'), source },
    {
      open(name, _kind, tag) {
        flush();
        const attributes: string[] = [];
        for (let at = 0; at < 4 * tag.count; at += 4) {
          const [nameStart, nameEnd, valueStart, valueEnd] = tag.spans.slice(at, at + 4) as unknown as [
            number,
            number,
            number,
            number,
          ];
          attributes.push(
            `${source.slice(nameStart, nameEnd)}=${valueStart < 0 ? '' : source.slice(valueStart, valueEnd)}`,
          );
        }
        tokens.push(`open ${name} ${attributes.join(' | ')}`);
      },
      close(name) {
        flush();
        tokens.push(`close ${name}`);
      },
      text(start, end) {
        text += source.slice(start, end);
      },
    },
  );
  flush();
  return tokens;
}

/** Of ASCII alone: the sources are bytes. */
function lowerCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The oracle: htmlparser2's tokenizer without entities, foreign elements told as the scanner tells them. */
function oracleTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let text = '';
  let name = '';
  let attribute = '';
  let value = '';
  let attributes: string[] = [];
  let foreign = '';
  const slice = (start: number, end: number) => source.slice(start, end);
  const flush = () => {
    if (text !== '') tokens.push(`text ${text}`);
    text = '';
  };
  const openEnd = (end: number, isSelfClosing: boolean) => {
    flush();
    tokens.push(`open ${name} ${attributes.join(' | ')}`);
    if (
      foreign === '' &&
      (name === 'svg' || name === 'math') &&
      !isSelfClosing &&
      source.includes(`</${name}`, end + 1)
    )
      foreign = name;
  };
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      ontext(start, end) {
        // At the end of a source within a tag, the tokenizer tells its last character as text from -1.
        if (start >= 0) text += slice(start, end);
      },
      ontextentity() {},
      onattribdata: (start, end) => {
        value += slice(start, end);
      },
      onattribentity() {},
      onopentagname(start, end) {
        name = lowerCase(slice(start, end));
        attributes = [];
      },
      onattribname(start, end) {
        attribute = slice(start, end);
        value = '';
      },
      onattribend: () => {
        attributes.push(`${attribute}=${value}`);
        value = '';
      },
      onopentagend: (end) => openEnd(end, false),
      onselfclosingtag: (end) => openEnd(end, true),
      onclosetag(start, end) {
        flush();
        const closed = lowerCase(slice(start, end));
        if (closed === foreign) foreign = '';
        tokens.push(`close ${closed}`);
      },
      oncomment() {},
      oncdata() {},
      ondeclaration() {},
      onprocessinginstruction() {},
      onend() {},
      isInForeignContext: () => foreign !== '',
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  flush();
  return tokens;
}

const pieces = fc.constantFrom(
  ...'<a |<A HREF=|<b>|</b>|</a |</|<|>|/>|/|"|\'|=| |\n|\t|x|href|class=c|<!--|-->|--!>|<!-->|<!--->|-|--|!|<!|<!doctype html>|<![CDATA[|]]>|]]|<?xml|?>|<script>|</script>|</SCRIPT >|<script|</scriptx>|<style>|</style>|<title>|</title>|<textarea>|</textarea>|<iframe>|</iframe>|<noembed>|</noembed>|<noframes>|</noframes>|<xmp>|</xmp>|<svg>|<svg/>|</svg>|<math>|</math>|<p a="1" b=\'2\' c=3 d>|&amp;|&#64;|é|😀|<é>|</é>|<1>|<br/>|<img src=a/>'.split(
    '|',
  ),
);
/** Ended so that no tag is cut off within its name: there the tokenizer tells the name of a script as text. */
const markup = fc.array(pieces, { maxLength: 30 }).map((parts) => `${parts.join('')} x>`);

describe('the scanner tells the tokens that htmlparser2 tells', () => {
  it('of any mix of markup', () => {
    fc.assert(
      fc.property(markup, (source) => {
        const bytes = Buffer.from(source).toString('latin1');
        expect(scannerTokens(bytes)).toEqual(oracleTokens(bytes));
      }),
      { numRuns: 5_000 },
    );
  });

  const folders = ['contacts/pages', 'serp/google', 'serp/bing', 'serp/yahoo', 'serp/duckduckgo'];
  for (const folder of folders) {
    it.skipIf(!hasFixtures)(
      `of each saved page of ${folder} (skipped where the folder of real pages is missing)`,
      () => {
        for (const file of filesOf(folder)) {
          const source = readFileSync(file, 'latin1');
          expect(scannerTokens(source), file).toEqual(oracleTokens(source));
        }
      },
    );
  }

  it.skipIf(!hasFixtures)('and the page gets the links and the title that its parser finds', () => {
    for (const file of filesOf('contacts/pages')) {
      const body = readFileSync(file);
      const url = 'https://www.firma.de/a/b?c=d';
      const scan = scanPage({ body, contentType: 'text/html; charset=utf-8', url });
      const expected = parsedPage(body.toString('utf8'), url);
      expect(scan.links.map(({ href }) => href).join('\n'), file).toBe(expected.links.join('\n'));
    }
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(fixture(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(fixture(folder), name));
}

function parsedPage(html: string, url: string) {
  const hrefs: string[] = [];
  let base = '';
  const parser = new Parser({
    onopentag(name, { href }) {
      if (name === 'base' && href !== undefined) base ||= href;
      if ((name === 'a' || name === 'area') && href !== undefined && href.trim() !== '') hrefs.push(href.trim());
    },
  });
  parser.write(html);
  parser.end();
  const start = base !== '' && URL.canParse(base, url) ? new URL(base, url).href : url;
  const links = hrefs.flatMap((href) => {
    const resolved = URL.parse(href, start);
    return resolved && /^https?:$/.test(resolved.protocol) ? [resolved.href] : [];
  });
  return { links };
}

describe('links are made absolute as the URL parser makes them', () => {
  const part = fc.constantFrom(
    ...'http|https|HTTP|:|/|//|?|#|.|..|%2e|%|a|B|ä|-|_|~|xn--|example.com|www.example.co.uk|0x7f.1|127.1|localhost|@|:80|:443|:8080| |\t|\n|\\|javascript:|mailto:|&|=|;|[|]|^|{|}|"|\'|`|<|>||\u0000'.split(
      '|',
    ),
  );
  const href = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
  for (const base of ['https://www.example.com/a/b?c=d#e', 'http://u:p@a.de:8080/x/', 'https://a.de']) {
    it(`from ${base}`, () => {
      const resolve = createLinkResolver(base);
      fc.assert(
        fc.property(href, (link) => {
          const expected = URL.parse(link, base);
          expect(resolve(link)).toBe(expected && /^https?:$/.test(expected.protocol) ? expected.href : null);
        }),
        { numRuns: 5_000 },
      );
    });
  }
});

describe('reading a page never throws', () => {
  const read = (body: Uint8Array, contentType: string) => {
    const url = 'https://www.example.com/';
    const scan = scanPage({ body, contentType, url });
    mergeContacts([scan], { siteUrls: [url] });
    for (const { confidence, snippet, value } of scan.contacts) {
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      expect(snippet.length).toBeLessThanOrEqual(120);
      expect(snippet).not.toMatch(/\p{Cc}/u);
      expect(value).not.toBe('');
    }
    expect(new Set(scan.contacts.map(({ kind, value }) => `${kind} ${value}`)).size).toBe(scan.contacts.length);
  };

  it('whatever the bytes and the label are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 40 }), (body, label) =>
        read(body, `text/html; charset=${label}`),
      ),
      { numRuns: 1_000 },
    );
  });

  it('whatever the markup is', () => {
    const contact = fc.constantFrom(
      ...'info@firma.de|a [at] b.de|<a href="mailto:|<a href="tel:|<a href="https://x.com/|<a data-cfemail="|">|+49 30 123456|(212) 555-0147|<span itemprop=email>|<span class=tel style="direction:rtl">|<base href="|<script type=application/ld+json>|{"email":"a@b.de","telephone":[1,"+4930123456"]}|</script>|<script>String.fromCharCode(64)|%40|%|&#64;|\u200b|＠|javascript:linkTo_UnCryptMailto(\'x\')|<base href="https://[">|<meta itemprop=email content="a@b.de">'.split(
        '|',
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(contact, pieces), { maxLength: 30 }), (parts) =>
        read(Buffer.from(parts.join('')), 'text/html'),
      ),
      { numRuns: 3_000 },
    );
  });
});
