import { describe, expect, it } from 'vitest';
import type { FoundContact } from '../../packages/engine/src/contacts/found-contact.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

function contactsOf(html: string, { url = 'https://www.firma.de/', contentType = 'text/html; charset=utf-8' } = {}) {
  return scanPage({ body: Buffer.from(html), contentType, url }).contacts;
}

function valuesOf(html: string, kind: FoundContact['kind'], options = {}) {
  return contactsOf(html, options)
    .filter((contact) => contact.kind === kind)
    .map(({ value }) => value);
}

/** What hides an address, and the method that is to be named for it. */
const hidden: [string, string, string][] = [
  ['plain text', '<p>Write to Info@Firma.de.</p>', 'text'],
  ['entities', '<p>info&#64;firma&#46;de</p>', 'entity'],
  ['hexadecimal entities', '<p>&#x69;nfo&#x40;firma.de</p>', 'entity'],
  ['a named entity', '<p>info&commat;firma&period;de</p>', 'entity'],
  ['mailto', '<a href="mailto:info@firma.de">mail</a>', 'mailto'],
  ['mailto with %40 and a subject', '<a href="mailto:info%40firma.de?subject=Hi%20a@b.de">mail</a>', 'mailto'],
  ['mailto with a space', '<a href="mailto:%20info@firma.de">mail</a>', 'mailto'],
  ['mailto twice', '<a href="mailto:Mailto:info@firma.de">mail</a>', 'mailto'],
  ['mailto in entities', '<a href="&#109;ailto&#58;info&#64;firma.de">mail</a>', 'mailto'],
  ['mailto with a name', '<a href="mailto:Firma%20%3Cinfo@firma.de%3E">mail</a>', 'mailto'],
  ['mailto in capitals', '<A HREF="MAILTO:INFO@FIRMA.DE">mail</A>', 'mailto'],
  ['an encoded mailto scheme', '<a href="mailto&#58;info%40firma%2Ede">mail</a>', 'mailto'],
  ['data-cfemail', '<span class="__cf_email__" data-cfemail="2a43444c456a4c4358474b044e4f">x</span>', 'cfemail'],
  ['Cloudflare link', '<a href="/cdn-cgi/l/email-protection#2a43444c456a4c4358474b044e4f">x</a>', 'cfemail'],
  ['[at]', '<p>info [at] firma.de</p>', 'obfuscated'],
  ['(at) and (dot)', '<p>info(at)firma(dot)de</p>', 'obfuscated'],
  ['{at} and {dot}', '<p>info {at} firma {dot} de</p>', 'obfuscated'],
  ['[ät] and [punkt]', '<p>info [ät] firma [punkt] de</p>', 'obfuscated'],
  ['(arroba) and (punto)', '<p>info (arroba) firma (punto) de</p>', 'obfuscated'],
  ['[a] and [point]', '<p>info [a] firma [point] de</p>', 'obfuscated'],
  ['(ad)', '<p>info (ad) firma.de</p>', 'obfuscated'],
  ['bare at and dot', '<p>Mail: info at firma dot de</p>', 'obfuscated'],
  ['AT and DOT in capitals', '<p>info AT firma DOT de</p>', 'obfuscated'],
  ['bracketed @', '<p>info[@]firma.de</p>', 'obfuscated'],
  ['_at_', '<p>info _at_ firma.de</p>', 'obfuscated'],
  ['split by tags', '<p>in<b>fo</b>@fir<i>ma</i>.de</p>', 'text'],
  ['split by a comment', '<p>info@<!-- no spam -->firma.de</p>', 'text'],
  ['a hidden word between', '<p>info@<span style="display:none">nospam</span>firma.de</p>', 'text'],
  ['TYPO3', `<a href="javascript:linkTo_UnCryptMailto('nbjmup+jogpAgjsnb\\/ef');">mail</a>`, 'obfuscated'],
  [
    'TYPO3, escaped, by two',
    '<a href="javascript:linkTo_UnCryptMailto(%27ocknvq%2CkphqBhktoc0fg%27)">m</a>',
    'obfuscated',
  ],
  [
    'TYPO3 in a data attribute',
    '<a href="#" data-mailto-token="ocknvq,kphqBhktoc0fg" data-mailto-vector="2">m</a>',
    'obfuscated',
  ],
  [
    'Drupal spamspan',
    '<span class="spamspan"><span class="u">info</span> [at] <span class="d">firma [dot] de</span></span>',
    'obfuscated',
  ],
  ['ROT13 in an attribute', '<a data-enc-email="vasb[at]svezn.qr" href="#">mail</a>', 'obfuscated'],
  ['hexadecimal in an attribute', '<a data-mail="696e666f406669726d612e6465">mail</a>', 'obfuscated'],
  ['hexadecimal in the text', '<span class="secret">696E666F406669726D612E6465</span>', 'obfuscated'],
  ['base64 in an attribute', '<a data-mail="aW5mb0BmaXJtYS5kZQ==">mail</a>', 'obfuscated'],
  ['parts in data attributes', '<a data-user="info" data-domain="firma.de">mail</a>', 'attribute'],
  ['an attribute', '<button data-clipboard-text="info@firma.de">copy</button>', 'attribute'],
  ['document.write', `<script>document.write('<a href="mailto:info@firma.de">')</script>`, 'script'],
  ['concatenation', `<script>var m = 'info' + '@' + 'firma' + '.' + 'de';</script>`, 'script'],
  ['concatenation of variables', `<script>var u="info";var d="firma.de";document.write(u+"@"+d)</script>`, 'script'],
  [
    'char codes',
    '<script>document.write(String.fromCharCode(105,110,102,111,64,102,105,114,109,97,46,100,101))</script>',
    'script',
  ],
  ['escapes in a script', String.raw`<script>var m="info\x40firma\u002ede"</script>`, 'script'],
  ['unescape', '<script>document.write(unescape("%69%6e%66%6f%40%66%69%72%6d%61%2e%64%65"))</script>', 'script'],
  ['reversed with CSS', '<span style="unicode-bidi:bidi-override;direction:rtl">ed.amrif@ofni</span>', 'obfuscated'],
  ['zero-width characters', '<p>in\u200bfo@\u200bfirma.de</p>', 'text'],
  ['soft hyphens', '<p>in\u00adfo@fir\u00adma.de</p>', 'text'],
  ['full-width characters', '<p>ｉｎｆｏ＠ｆｉｒｍａ．ｄｅ</p>', 'text'],
  ['JSON-LD', '<script type="application/ld+json">{"email":"mailto:info@firma.de"}</script>', 'json-ld'],
  ['microdata', '<span itemprop="email">info@firma.de</span>', 'microdata'],
  ['microdata in a meta', '<meta itemprop="email" content="info@firma.de">', 'microdata'],
  ['noscript', '<noscript>info@firma.de</noscript>', 'text'],
];

describe('an e-mail address is found however it is hidden, and the method is told truthfully', () => {
  for (const [name, html, method] of hidden) {
    it(name, () => {
      const emails = contactsOf(html).filter(({ kind }) => kind === 'email');
      expect(emails.map(({ value }) => value)).toEqual(['info@firma.de']);
      expect(emails[0]?.method).toBe(method);
    });
  }

  it('an internationalised domain', () => {
    expect(valuesOf('<p>info@müller-söhne.de</p>', 'email')).toEqual(['info@müller-söhne.de']);
  });

  it('an address that touches its neighbours', () => {
    expect(valuesOf('<p>E-Mail:info@firma.deTelefon: 030</p>', 'email')).toEqual(['info@firma.de']);
    expect(valuesOf('<p>(info@firma.de), "a@firma.de"; <b@firma.de></p>', 'email')).toContain('a@firma.de');
  });

  it('several addresses of one mailto', () => {
    expect(valuesOf('<a href="mailto:a@firma.de,b@firma.de;c@firma.de">', 'email')).toEqual([
      'a@firma.de',
      'b@firma.de',
      'c@firma.de',
    ]);
  });
});

describe('what only looks like an address is left out', () => {
  for (const html of [
    '<img src="logo@2x.png" title="logo@2x.png">',
    '<script src="https://cdn.jsdelivr.net/npm/vue@3.2.1/dist.js"></script><p>vue@3.2.1</p>',
    '<script>dsn="https://0123456789abcdef0123456789abcdef@o123.ingest.sentry.io/5"</script>',
    '<p>noreply@firma.de admin@firma.de no-reply@firma.de</p>',
    '<p>Meet me at the dot of noon. He works at Google dot.</p>',
    '<p>We met at home. Look at example. The price (at) most is 5.</p>',
    '<p>@handle and someone @ somewhere</p>',
    '<!-- secret@firma.de -->',
    '<style>@media print{a@b.c{}}</style>',
    '<p>jquery@3.6.0.min</p>',
    '<a href="https://medium.com/@firma.de/post">x</a>',
    '<a href="https://www.google.com/maps/@52.5,13.4,15z">x</a>',
    '<a href="https://user:pass@firma.de/">x</a>',
    '<p>photo-348x278@2x.jpg</p>',
  ]) {
    it(html.slice(0, 70), () => expect(valuesOf(html, 'email')).toEqual([]));
  }
});

describe('the charset is read from the byte order mark, the header, the meta, the bytes', () => {
  const text = '<p>Größe: info@müller.de</p>';
  const cases: [string, Uint8Array, string][] = [
    ['header', Buffer.from(text, 'latin1'), 'text/html; charset=ISO-8859-1'],
    ['meta', Buffer.from(`<meta charset=windows-1252>${text}`, 'latin1'), 'text/html'],
    [
      'meta http-equiv',
      Buffer.from(`<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">${text}`, 'latin1'),
      'text/html',
    ],
    ['none, and no UTF-8', Buffer.from(text, 'latin1'), 'text/html'],
    ['none, and UTF-8', Buffer.from(text), 'text/html'],
    ['UTF-8 mark against the header', Buffer.from(`\ufeff${text}`), 'text/html; charset=iso-8859-1'],
    ['UTF-16 mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'text/html'],
    ['unknown label', Buffer.from(text), 'text/html; charset=klingon'],
  ];
  for (const [name, body, contentType] of cases) {
    it(name, () => {
      const { contacts } = scanPage({ body, contentType, url: 'https://a.de/' });
      expect(contacts.map(({ value }) => value)).toEqual(['info@müller.de']);
    });
  }
});
