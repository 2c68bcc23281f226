import { afterAll, beforeAll, expect, test } from 'vitest';
import { forEachStore } from '../support/open-test-store.ts';
import { rawRequest } from '../support/raw-request.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

/** The parameters of every path, a good value each. */
const paths: Record<string, Record<string, string>> = {
  '/search.php': { query: 'bad input', code: '', se: 'google', page: '0', results_per_page: '10' },
  '/crawl.php': { domain: 'nowhere.bad-input.org' },
  '/ads.php': { query: 'bad input', se: 'google', page: '0', include_history: 'true' },
  '/places/search.php': { keyword: 'bad input', pagetoken: '' },
  '/places/reviews.php': { place_id: 'bad-input' },
};

/** What nobody's parameter takes well, as it stands in a query string. */
const values: Record<string, string> = {
  'too long': 'x'.repeat(2_049),
  'wrongly encoded': '%ff%fe',
  'half an escape': '%e',
  'a NUL': '%00',
  'a lone surrogate': '%ED%A0%80',
  SQL: "'; drop table accounts; --",
  'a template': '{{7*7}}%24%7B7*7%7D',
  'a path': '../../../../etc/passwd',
  'a header': 'x%0d%0aX-Injected: 1',
  'a script': '<script>alert(1)</script>',
  'deep JSON': '['.repeat(1_000),
  'an object': '[object Object]',
  'a prototype': '__proto__',
  'right to left': '%E2%80%AE%E2%80%8F',
  'not a number': 'NaN',
  'a huge number': '99999999999999999999',
  'a negative number': '-1',
};

forEachStore((opened) => {
  let gateway: TestGateway;
  let account: TestAccount;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
    account = await gateway.account(100_000);
  });
  afterAll(() => gateway?.close());

  const isWellFormed = (reply: Awaited<ReturnType<TestGateway['raw']>>) => {
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('x-injected')).toBe(null);
    if (reply.status === 200) expect(reply.json.status).toBe('success');
    else expect(Object.keys(reply.json)).toEqual(['status', 'code', 'message']);
    expect(reply.text).not.toMatch(/\.ts:|node_modules|at async|TypeError|syntax error at/);
  };

  for (const [path, parameters] of Object.entries(paths)) {
    test(`every parameter of ${path} missing, empty, repeated, as an array, with a value of the wrong kind`, async () => {
      const base = (without: string) =>
        Object.entries({ ...account, ...parameters })
          .filter(([name]) => name !== without)
          .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
          .join('&');
      for (const name of ['api_key', 'user_id', ...Object.keys(parameters)]) {
        const forms = [
          '',
          `${name}`,
          `${name}=`,
          `${name}=%20%20`,
          `${name}[]=x`,
          `${name}[a][b]=x`,
          `${name}=x&${name}=`,
          ...Object.values(values).map(
            (value) => `${name}=${value.replaceAll('#', '%23').replaceAll('&', '%26').replaceAll(' ', '+')}`,
          ),
        ];
        for (const form of forms) {
          const before = await gateway.balance(account);
          const reply = await gateway.raw(`/api/v1${path}?${base(name)}&${form}`);
          isWellFormed(reply);
          expect([path, form.slice(0, 40), reply.status >= 500 && reply.json.code]).toEqual([
            path,
            form.slice(0, 40),
            reply.json.code === 'crawl_error' ? 'crawl_error' : false,
          ]);
          if (reply.status !== 200) expect(await gateway.balance(account)).toBe(before);
        }
      }
    });
  }

  test('names nobody knows, and hundreds of them, change nothing', async () => {
    const known = new URLSearchParams({ ...account, query: 'bad input' });
    const many = Array.from({ length: 300 }, (_, index) => `x${index}=1`).join('&');
    for (const more of [many, '__proto__=1&constructor=2', '&&&&', '=x', '%ff=1', 'toString[]=1']) {
      const reply = await gateway.raw(`/api/v1/search.php?${known}&${more}`);
      expect([more.slice(0, 20), reply.status]).toEqual([more.slice(0, 20), 200]);
    }
  });

  test('requests cut off half-way, and bytes that are no request, leave the gateway well', async () => {
    const query = new URLSearchParams({ ...account, query: 'bad input cut' });
    const halves = [
      'GET /api/v1/sea',
      'GET /api/v1/search.php HTTP/1.1\r\nHost: x\r\n',
      `GET /api/v1/search.php?${query} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf`,
      'POST /api/v1/search.php HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /api/v1/search.php HTTP/9.9\r\nHost: x\r\n\r\n',
      'GET /api/v1/search.php HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ];
    for (const half of halves) {
      const text = await rawRequest(gateway.port, Buffer.from(half, 'latin1'), { idleMilliseconds: 300, end: true });
      expect(text).not.toMatch(/\.ts:|node_modules|Error:/);
    }
    const reply = await gateway.get('/search.php', { ...account, query: 'bad input after' });
    expect(reply.status).toBe(200);
  });

  test('a body on a GET is ignored, also a large one', async () => {
    const query = new URLSearchParams({ ...account, query: 'bad input' });
    const body = 'x'.repeat(100_000);
    const head = `GET /api/v1/search.php?${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    const text = await rawRequest(gateway.port, head + body);
    expect(text.slice(0, 12)).toBe('HTTP/1.1 200');
  });
});
