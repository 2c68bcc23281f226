import { describe, expect, it } from 'vitest';
import { mergeContacts } from '../../packages/engine/src/contacts/merge-contacts.ts';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';

/** Pieces that, repeated, have sent finders of contacts or parsers into quadratic or exponential time. */
const pieces: Record<string, string> = {
  letter: 'a',
  'letter and dot': 'a.',
  'letter and at': 'a@',
  'at alone': '@',
  'half addresses': 'a@a.',
  'hyphenated domain': 'a@a-',
  'dots in a domain': 'a@b.c.',
  'real addresses': 'a@b.de ',
  'distinct shapes': 'x1@mail.example.de;',
  'phone starts': '+1 (',
  'digits and hyphens': '1-',
  digits: '1',
  'digits and dots': '1.',
  'digits and spaces': '12 ',
  parentheses: '(1',
  'real phones': '+49 30 1234560 ',
  'tel words': 'Tel. 030 ',
  'less than': '<',
  'open anchor': '<a ',
  'anchors without end': '<a href=x>',
  ampersand: '&',
  entities: '&#64;',
  'half entities': '&am',
  quote: '"',
  'attribute without end': '<a b="',
  'many attributes': 'a=b ',
  nesting: '<div>',
  'inline nesting': '<b>',
  'closing tags': '</div>',
  comments: '<!--',
  'comment ends': '--!',
  cdata: '<![CDATA[',
  scripts: '<script>',
  'script ends': '</script',
  svg: '<svg>',
  'svg and end': '<svg></svg>',
  title: '<title>',
  'marked elements': '<b class=email>',
  'reversed elements': '<b style="direction:rtl">a',
  'hidden elements': '<span style="display:none">',
  'root elements': '<div id=root>',
  'written at': 'a [at] ',
  'written at and dot': 'a(at)b(dot)',
  'bare at': ' at ',
  'bare at and dot': 'a at b dot c ',
  hexadecimal: '40',
  'hexadecimal with at': '6162634064652e6465 ',
  'char codes': 'String.fromCharCode(97,64,98),',
  'script char codes': '<script>String.fromCharCode(97,64,98,46,100,101)</script>',
  'string joins': '"+"',
  'data attributes': '<i data-x=abcdefabcdef@>',
  'cloudflare keys': '<a data-cfemail=00614062>',
  'mailto links': '<a href=mailto:a@b.de>',
  'tel links': '<a href=tel:+4930123456>',
  'profile links': '<a href=https://x.com/abc>',
  'relative links': '<a href=a/../b>',
  'typo3 links': `<a href="javascript:linkTo_UnCryptMailto('nbjmup+')">`,
  'json-ld': '<script type=application/ld+json>[</script>',
  'deep json-ld': '<script type=application/ld+json>[[[[[[',
  percent: '%40',
  'zero width': '\u200b',
  'full width': '＠',
  astral: '😀',
  nul: '\0',
  newlines: '\n',
};
const contexts: Record<string, (text: string) => string> = {
  'as text': (text) => `<body>${text}`,
  'in an attribute': (text) => `<a href="mailto:${text.replaceAll('"', "'")}" data-a="${text.replaceAll('"', "'")}">`,
  'in a script': (text) => `<script>var a = "@"; ${text.replaceAll('</script', '')}</script>`,
  'in a tag': (text) => `<a ${text}`,
};

describe('a hostile page is read in linear time', () => {
  const scan = (html: string) => {
    const page = scanPage({ body: Buffer.from(html), contentType: 'text/html', url: 'https://www.hostile.de/' });
    mergeContacts([page], { siteUrls: ['https://www.hostile.de/'] });
  };
  for (const [context, wrap] of Object.entries(contexts)) {
    it(`a million characters of each piece ${context}`, () => {
      const slow: string[] = [];
      for (const [name, piece] of Object.entries(pieces)) {
        const million = wrap(piece.repeat(Math.ceil(1_000_000 / piece.length)));
        const time = best(() => scan(million));
        if (time > millisecondsMax) slow.push(`${name}: ${time.toFixed(0)} ms`);
      }
      expect(slow).toEqual([]);
    });
  }
});

const millisecondsMax = 100;

/** The best of a few looks, in this thread's own time: the machine may be busy with something else. */
function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 4 && least > millisecondsMax; look += 1) {
    const start = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(start);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
