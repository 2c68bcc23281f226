import { describe, expect, it } from 'vitest';
import { parseCrawlAddress } from '../../packages/engine/src/net/check-crawl-address.ts';
import { parseCrawlAllow } from '../../packages/engine/src/net/crawl-allow.ts';

const parse = (text: string, allow = '') => parseCrawlAddress(text, { allow: parseCrawlAllow(allow) }).url;

describe('an address gets one normal form (H7, B6)', () => {
  it.each([
    ['Example.com/', 'https://example.com'],
    ['https://example.com', 'https://example.com'],
    ['  EXAMPLE.com  ', 'https://example.com'],
    ['example.com/contact', 'https://example.com/contact'],
    ['https://example.com/Contact/', 'https://example.com/Contact'],
    ['https://example.com:443/a#b', 'https://example.com/a'],
    ['http://example.com:80', 'http://example.com'],
    ['HTTP://Example.com', 'http://example.com'],
    ['http://www.example.com', 'http://www.example.com'],
    ['example.com:8080/a', 'https://example.com:8080/a'],
    ['//example.com/a', 'https://example.com/a'],
    ['example.com/a?b=1', 'https://example.com/a?b=1'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
    ['8.8.8.8', 'https://8.8.8.8'],
    ['https://[2606:4700::1111]/', 'https://[2606:4700::1111]'],
  ])('%s → %s', (text, url) => {
    expect(parse(text)).toBe(url);
  });

  it('takes no time for a run of slashes', () => {
    const start = performance.now();
    expect(parse(`example.com/${'/'.repeat(2_000)}a`)).toContain('/a');
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('what no web address can be is told at once (B7)', () => {
  it.each([
    'ftp://example.com',
    'file:///etc/passwd',
    'gopher://example.com',
    'data:text/html,x',
    'javascript:alert(1)',
    'mailto:a@example.com',
    'https://',
    'http://?a',
    'not an address',
    'exa mple.com',
    'https://user:password@example.com',
    'https://example.com@127.0.0.1/',
    `https://example.com/${'a'.repeat(3_000)}`,
    'https://.../',
    'https://example..com',
  ])('%s', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid_param' }));
  });

  it.each(privateSpellings())('the private literal %s', (host) => {
    expect(() => parse(`http://${host}/`)).toThrow(expect.objectContaining({ code: 'invalid_param' }));
  });
});

describe('an entry of LEADGEN_CRAWL_ALLOW comes first', () => {
  it.each([
    ['http://127.0.0.1:8080', '127.0.0.1'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://2130706433:8080', '127.0.0.1:8080'],
    ['http://10.1.2.3', '10.0.0.0/8'],
    ['http://[::1]:81', '[::1]:81'],
    ['http://[::1]:81', '::1'],
    ['http://[::ffff:127.0.0.1]', '127.0.0.1'],
    ['http://[fd00::5]', 'fd00::/8'],
  ])('%s by %s', (text, allow) => {
    expect(parse(text, allow)).toMatch(/^http:/);
  });

  it.each([
    ['http://127.0.0.1:8081', '127.0.0.1:8080'],
    ['http://127.0.0.2', '127.0.0.1'],
    ['http://11.1.2.3.4', '10.0.0.0/8'],
    ['http://192.168.0.1', '10.0.0.0/8, localhost, [::1]:80'],
  ])('%s not by %s', (text, allow) => {
    expect(() => parse(text, allow)).toThrow(expect.objectContaining({ code: 'invalid_param' }));
  });

  it.each(['10.0.0.0/33', '::1/129', 'a b', 'localhost:0', 'localhost:99999', '[::1]:x', '1.2.3.4:', 'http://a.de'])(
    'a bad entry is named: %s',
    (entry) => {
      expect(() => parseCrawlAllow(`127.0.0.1, ${entry}`)).toThrow(entry);
    },
  );

  it('holds a name against the name and an address against the address', () => {
    const allow = parseCrawlAllow('intranet:8080, 10.0.0.0/8, wiki.corp, [fd00::1]:9000');
    expect(allow.allowsName('INTRANET.', 8080)).toBe(true);
    expect(allow.allowsName('intranet', 80)).toBe(false);
    expect(allow.allowsName('wiki.corp', 1234)).toBe(true);
    expect(allow.allowsName('evil.wiki.corp', 1234)).toBe(false);
    expect(allow.allowsAddress('10.9.9.9', 22)).toBe(true);
    expect(allow.allowsAddress('::ffff:10.9.9.9', 22)).toBe(true);
    expect(allow.allowsAddress('fd00::1', 9000)).toBe(true);
    expect(allow.allowsAddress('fd00::1', 9001)).toBe(false);
  });
});

function privateSpellings(): string[] {
  return [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '017700000001',
    '0177.0.0.1',
    '0300.0250.1.1',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '10.0.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '2852039166',
    '172.16.0.1',
    '192.168.0.1',
  ];
}
