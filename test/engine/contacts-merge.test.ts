import { describe, expect, it } from 'vitest';
import { isJunkEmail } from '../../packages/engine/src/contacts/junk-emails.ts';
import { mergeContacts } from '../../packages/engine/src/contacts/merge-contacts.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

function scan(url: string, html: string) {
  return scanPage({ body: Buffer.from(html), contentType: 'text/html; charset=utf-8', url });
}

function site(siteUrls: string[], html: string) {
  return mergeContacts([scan(siteUrls[0]!, html)], { siteUrls });
}

describe('e-mails of a site', () => {
  it('are those of its registrable domain; all others are in allEmails (B5)', () => {
    const { emails, allEmails } = site(
      ['https://www.firma.co.uk/'],
      '<p>a@firma.co.uk b@mail.firma.co.uk c@other.co.uk</p>',
    );
    expect(emails).toEqual(['a@firma.co.uk', 'b@mail.firma.co.uk']);
    expect(allEmails).toEqual(['a@firma.co.uk', 'b@mail.firma.co.uk', 'c@other.co.uk']);
  });

  it('of a neighbour under a private suffix are foreign (B5)', () => {
    expect(site(['https://a.github.io/'], '<p>x@a.github.io y@b.github.io</p>').emails).toEqual(['x@a.github.io']);
  });

  it('of the requested and of the final host both count (B5)', () => {
    expect(site(['https://old.de/', 'https://new.de/'], '<p>a@old.de b@new.de</p>').emails).toEqual([
      'a@old.de',
      'b@new.de',
    ]);
  });

  it('at a placeholder domain are junk, unless the site is crawled itself (B2)', () => {
    expect(site(['https://firma.de/'], '<p>contact@example.com</p>').allEmails).toEqual([]);
    expect(site(['https://example.com/'], '<p>contact@example.com info@wix.com admin@example.com</p>')).toMatchObject({
      emails: ['contact@example.com'],
      allEmails: ['contact@example.com'],
    });
    expect(site(['https://shop.test/'], '<p>info@shop.test info@other.test</p>').allEmails).toEqual(['info@shop.test']);
  });

  it('are lower-case, each once, in the order in which they were first seen (P14)', () => {
    expect(site(['https://x.com.de/'], '<p>B@y.de A@y.de b@Y.de</p>').allEmails).toEqual(['b@y.de', 'a@y.de']);
  });
});

describe('generic local parts are junk, exactly (B3)', () => {
  const siteDomains = new Set(['firma.de']);
  for (const local of [
    'admin',
    'noreply',
    'no-reply',
    'no_reply',
    'donotreply',
    'do-not-reply',
    'test',
    'example',
    'yourname',
    'user',
    'username',
  ])
    it(local, () => expect(isJunkEmail(`${local}@firma.de`, { siteDomains })).toBe(true));
  for (const local of ['info', 'hello', 'sales', 'support', 'hr', 'administration', 'testing'])
    it(`${local} stays`, () => expect(isJunkEmail(`${local}@firma.de`, { siteDomains })).toBe(false));
});

describe('evidence', () => {
  it('names every page that carries a contact, the method and a short snippet', () => {
    const pages = [
      scan('https://firma.de/', '<p>Write to info@firma.de now</p>'),
      scan('https://firma.de/kontakt', '<a href="mailto:info@firma.de">E-Mail\n an \u0007uns</a>'),
    ];
    const { contacts } = mergeContacts(pages, { siteUrls: ['https://firma.de/'] });
    expect(contacts).toEqual([
      {
        kind: 'email',
        value: 'info@firma.de',
        e164: null,
        confidence: 1,
        evidence: [
          { pageUrl: 'https://firma.de/', method: 'text', snippet: 'Write to info@firma.de now' },
          { pageUrl: 'https://firma.de/kontakt', method: 'mailto', snippet: 'E-Mail an uns' },
        ],
      },
    ]);
  });

  it('a phone in several spellings is one contact, in its public form', () => {
    const { phones, contacts } = site(
      ['https://firma.de/'],
      '<a href="tel:+493025817265">x</a><p>Tel. 030 / 25 81 72 65</p>',
    );
    expect(phones).toEqual(['+49 30 25817265']);
    expect(contacts[0]).toMatchObject({ kind: 'phone', e164: '+493025817265', confidence: 1 });
  });
});

describe('the rest of a page', () => {
  it('links are absolute, with text and rel; language, canonical, alternates and metadata are read', () => {
    const page = scan(
      'https://firma.de/a/b?c',
      `<html lang="de"><head><base href="/x/"><title> Die
        Firma &amp; Co </title><meta name="Description" content="Was &quot;wir&quot; tun"><meta name=keywords content="a, b">
        <meta property="og:image" content="/logo.png"><link rel=canonical href="/kanon"><link rel=alternate hreflang=en href="https://firma.com/">
        <meta name=robots content=noindex></head><body><a href="kontakt.html" rel="nofollow"> Kontakt </a><a href="../up">up</a>
        <a href="#top">top</a><a href="javascript:void(0)">no</a><area href="//cdn.de/x" alt="Karte"></body></html>`,
    );
    expect(page).toMatchObject({
      language: 'de',
      canonical: 'https://firma.de/kanon',
      baseHref: 'https://firma.de/x/',
      robotsMeta: 'noindex',
      hreflangs: [{ lang: 'en', href: 'https://firma.com/' }],
      metadata: {
        title: 'Die Firma & Co',
        description: 'Was "wir" tun',
        keywords: 'a, b',
        image: 'https://firma.de/logo.png',
      },
      links: [
        { href: 'https://firma.de/x/kontakt.html', text: 'Kontakt', rel: 'nofollow' },
        { href: 'https://firma.de/up', text: 'up', rel: '' },
        { href: 'https://firma.de/x/#top', text: 'top', rel: '' },
        { href: 'https://cdn.de/x', text: 'Karte', rel: '' },
      ],
      looksLikeJavaScriptShell: false,
    });
  });

  it('a JavaScript shell is told', () => {
    const shell =
      '<title>App</title><body><noscript>Enable JavaScript</noscript><div id="root"></div><script src="app.js"></script>';
    expect(scan('https://firma.de/', shell).looksLikeJavaScriptShell).toBe(true);
    expect(
      scan('https://firma.de/', `<div id=root><p>${'Text '.repeat(100)}</p></div><script></script>`)
        .looksLikeJavaScriptShell,
    ).toBe(false);
    expect(scan('https://firma.de/', '<p>Hello</p>').looksLikeJavaScriptShell).toBe(false);
  });

  it('an empty page says nothing', () => {
    expect(scan('https://firma.de/', '')).toMatchObject({
      links: [],
      contacts: [],
      metadata: { title: '', description: '', keywords: '', image: '' },
    });
  });
});
