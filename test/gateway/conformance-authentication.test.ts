import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { importAccounts } from '../../packages/engine/src/accounts/import-lines.ts';
import { revokeKey } from '../../packages/engine/src/accounts/revoke-key.ts';
import { createAmember } from '../../packages/engine/src/adapters/amember.ts';
import { captchaPage, numberedAds, numberedRows } from '../support/engine-pages.ts';
import { faultyStore } from '../support/faulty-store.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { rawRequest } from '../support/raw-request.ts';
import { startGateway, type TestGateway } from '../support/start-gateway.ts';
import { createTestClock } from '../support/test-clock.ts';

const jsonType = 'application/json; charset=utf-8';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterAll(() => gateway?.close());

  const codeOf = async (pathAndQuery: string, init?: RequestInit) => {
    const { status, json } = await gateway.raw(pathAndQuery, init);
    return `${status} ${json.code ?? json.status}`;
  };

  test('E1 each step of the order in turn', async () => {
    const { api_key, user_id } = await gateway.account(0);
    const poor = `api_key=${api_key}&user_id=${user_id}`;
    const rich = await gateway.account();
    await gateway.get('/search.php', { ...rich, query: 'e1 warm' });
    const asked = gateway.desk.asked.searches.length;
    const path = '/api/v1/search.php';
    const bad = 'results_per_page=abc';
    expect(await codeOf('/api/v1/nothing.php', { method: 'POST' })).toBe('404 not_found');
    expect(await codeOf(path, { method: 'POST' })).toBe('405 method_not_allowed');
    expect(await codeOf(`${path}?user_id=abc&${bad}`)).toBe('401 missing_api_key');
    expect(await codeOf(`${path}?api_key=wrong&${bad}`)).toBe('401 missing_user_id');
    expect(await codeOf(`${path}?api_key=wrong&user_id=abc&${bad}`)).toBe('400 invalid_user_id');
    expect(await codeOf(`${path}?api_key=wrong&user_id=${user_id}&${bad}`)).toBe('401 invalid_api_key');
    expect(await codeOf(`${path}?${poor}&${bad}`)).toBe('400 missing_param');
    expect(await codeOf(`${path}?${poor}&${bad}&code=nope`)).toBe('400 invalid_param');
    expect(await codeOf(`${path}?${poor}&code=nope`)).toBe('400 invalid_code');
    expect(await codeOf(`${path}?${poor}&query=e1+warm`)).toBe('200 success');
    expect(await codeOf(`${path}?${poor}&query=e1+cold`)).toBe('402 insufficient_credits');
    expect(gateway.desk.asked.searches).toHaveLength(asked);
  });

  test('E1 a key that cannot be checked comes before the parameters', async () => {
    const account = await gateway.account();
    const other = await startGateway(faultyStore(opened().store, (name) => name === 'authenticate-and-read'));
    const { status, json } = await other.get('/search.php', { ...account, results_per_page: 'abc' });
    expect([status, json.code]).toEqual([503, 'auth_error']);
    await other.close();
  });

  test('E2 missing_user_id is 401, invalid_user_id is 400', async () => {
    const { api_key } = await gateway.account();
    expect((await gateway.get('/crawl.php', { api_key })).status).toBe(401);
    expect((await gateway.get('/crawl.php', { api_key, user_id: 'x' })).status).toBe(400);
  });

  test('E3 a user id is an integer from 1 to 2^53 − 1', async () => {
    const { api_key, user_id } = await gateway.account();
    const cases: [string, string][] = [
      ['0', 'invalid_user_id'],
      ['000', 'invalid_user_id'],
      ['-1', 'invalid_user_id'],
      ['1.0', 'invalid_user_id'],
      ['1e3', 'invalid_user_id'],
      ['12a', 'invalid_user_id'],
      ['0x10', 'invalid_user_id'],
      ['١٢', 'invalid_user_id'],
      ['1 2', 'invalid_user_id'],
      ['9007199254740992', 'invalid_user_id'],
      ['9'.repeat(400), 'invalid_user_id'],
      ['9'.repeat(2_000), 'invalid_user_id'],
      ['9007199254740991', 'invalid_api_key'],
      ['', 'missing_user_id'],
      ['  ', 'missing_user_id'],
      [`00${user_id}`, 'missing_param'],
      [` ${user_id} `, 'missing_param'],
    ];
    for (const [value, code] of cases) {
      expect([value, (await gateway.get('/search.php', { api_key, user_id: value })).json.code]).toEqual([value, code]);
    }
  });

  test("E4 another user's key, a revoked one and an expired one are not recognised", async () => {
    const one = await gateway.account();
    const two = await gateway.account();
    const codes: string[] = [];
    const ask = async (api_key: string) => {
      const { status, json } = await gateway.get('/search.php', { user_id: two.user_id, api_key, query: 'e4' });
      codes.push(`${status} ${json.code ?? json.status}`);
    };
    await ask(one.api_key);
    const further = await createKey(opened().store, { accountId: Number(two.user_id), now: gateway.clock.date() });
    await ask(further!.apiKey);
    await revokeKey(opened().store, {
      accountId: Number(two.user_id),
      prefix: further!.prefix,
      now: gateway.clock.date(),
    });
    await expect
      .poll(() => gateway.context.authenticator.knows({ apiKey: further!.apiKey, userId: Number(two.user_id) }))
      .toBe(null);
    await ask(further!.apiKey);
    await ask(two.api_key.toUpperCase());
    await ask(`${two.api_key}x`);
    expect(codes).toEqual(['401 invalid_api_key', '200 success', ...Array(3).fill('401 invalid_api_key')]);
  });

  test('E4 a key may be bound to operations', async () => {
    const account = await gateway.account();
    const key = await createKey(opened().store, {
      accountId: Number(account.user_id),
      operations: ['crawl'],
      now: gateway.clock.date(),
    });
    const asked = { user_id: account.user_id, api_key: key!.apiKey };
    const refused = await gateway.get('/search.php', { ...asked, query: 'e4' });
    expect([refused.status, refused.json.code]).toEqual([401, 'invalid_api_key']);
    const head = await gateway.raw(`/api/v1/search.php?query=e4&${new URLSearchParams(asked)}`, { method: 'HEAD' });
    expect(head.status).toBe(401);
    expect((await gateway.get('/crawl.php', asked)).json.code).toBe('missing_param');
  });

  test('E5 an empty value is a missing one; "0" is a value', async () => {
    const account = await gateway.account();
    const codes: string[] = [];
    for (const query of ['', '   ', '0']) {
      const { json } = await gateway.get('/search.php', { ...account, query });
      codes.push(json.code ?? json.data.query);
    }
    expect(codes).toEqual(['missing_param', 'missing_param', '0']);
    expect((await gateway.get('/search.php', { user_id: account.user_id, api_key: '  ' })).json.code).toBe(
      'missing_api_key',
    );
  });

  test('E6 array forms', async () => {
    const { api_key, user_id } = await gateway.account();
    const cases: [string, string][] = [
      [`api_key[]=${api_key}&user_id=${user_id}&query=a`, '401 missing_api_key'],
      [`api_key%5B%5D=${api_key}&user_id=${user_id}&query=a`, '401 missing_api_key'],
      [`api_key=${api_key}&user_id[]=${user_id}&query=a`, '400 invalid_user_id'],
      [`api_key=${api_key}&user_id=${user_id}&query[]=a`, '400 invalid_param'],
      [`api_key=${api_key}&user_id=${user_id}&query[x]=a`, '400 invalid_param'],
      [`api_key=${api_key}&user_id=${user_id}&query=a&page[]=1`, '400 invalid_param'],
      [`api_key=${api_key}&user_id=${user_id}&query=a&unknown[]=1`, '200 success'],
    ];
    for (const [query, expected] of cases) {
      expect([query, await codeOf(`/api/v1/search.php?${query}`)]).toEqual([query, expected]);
    }
  });

  test('E7 the last of equal names wins', async () => {
    const { api_key, user_id } = await gateway.account();
    const query = `api_key=wrong&api_key=${api_key}&user_id=abc&user_id=${user_id}&query=a&query=b&page=x&page=`;
    const { json } = await gateway.raw(`/api/v1/search.php?${query}`);
    expect(json.data).toMatchObject({ query: 'b', page: 0 });
    expect(await codeOf(`/api/v1/search.php?api_key=${api_key}&user_id=${user_id}&query=a&query=`)).toBe(
      '400 missing_param',
    );
  });

  test('E8 methods other than GET', async () => {
    const account = await gateway.account();
    const query = new URLSearchParams({ ...account, query: 'e8' });
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const reply = await gateway.raw(`/api/v1/search.php?${query}`, { method });
      expect([reply.status, reply.json.code]).toEqual([405, 'method_not_allowed']);
      expect([reply.headers.get('allow'), reply.headers.get('content-type')]).toEqual(['GET, HEAD', jsonType]);
    }
    const options = await gateway.raw('/api/v1/search.php', { method: 'OPTIONS' });
    expect([options.status, options.text]).toEqual([204, '']);
    const asked = gateway.desk.asked.searches.length;
    const head = await gateway.raw(`/api/v1/search.php?${query}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), head.text]).toEqual([200, jsonType, '']);
    const heads: [string, number][] = [
      ['', 401],
      [`api_key=wrong&user_id=${account.user_id}`, 401],
      [`api_key=${account.api_key}&user_id=x`, 400],
      [`api_key=${account.api_key}&user_id=${account.user_id}`, 400],
      [`${query}&se=altavista`, 400],
      [`${query}&code=nope`, 400],
    ];
    for (const [each, status] of heads) {
      const reply = await gateway.raw(`/api/v1/search.php?${each}`, { method: 'HEAD' });
      expect([each, reply.status]).toEqual([each, status]);
    }
    expect(gateway.desk.asked.searches).toHaveLength(asked);
    expect(await gateway.balance(account)).toBe(1_000);
  });

  test('E9 unknown paths are 404 in JSON', async () => {
    const account = await gateway.account();
    const paths = [
      '/api/v1/x.php',
      '/api/v1',
      '/api/v1/',
      '/api/v1/search',
      '/api/v1/search.php/',
      '/v2/api/v1/x.php',
      '/api/v2/search.php',
      '/nothing',
    ];
    for (const path of paths) {
      const reply = await gateway.raw(`${path}?${new URLSearchParams({ ...account })}`);
      expect([path, reply.status, reply.json.code]).toEqual([path, 404, 'not_found']);
      expect(reply.headers.get('content-type')).toBe(jsonType);
    }
  });

  test('E10 both mounts answer', async () => {
    const account = await gateway.account();
    const query = new URLSearchParams({ ...account, query: 'e10' });
    const one = await gateway.raw(`/api/v1/search.php?${query}`);
    const two = await gateway.raw(`/v2/api/v1/search.php?${query}`);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(two.json.data).toEqual(one.json.data);
  });

  test('E11 one content type on every reply, also on those of the HTTP server itself', async () => {
    const account = await gateway.account();
    const query = new URLSearchParams({ ...account, query: 'e11' });
    const replies = await Promise.all([
      gateway.raw(`/api/v1/search.php?${query}`),
      gateway.raw('/api/v1/search.php'),
      gateway.raw('/api/v1/x.php'),
      gateway.raw('/api/v1/search.php', { method: 'POST' }),
      gateway.raw(`/api/v1/crawl.php?${new URLSearchParams({ ...account, domain: 'nowhere.e11.org' })}`),
    ]);
    expect(replies.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual(
      [200, 401, 404, 405, 502].map((status) => [status, jsonType]),
    );
    const faults: [string, string, number][] = [
      ['no HTTP', 'nonsense\r\n\r\n', 400],
      ['a space in the path', 'GET /api/v1/search .php HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['no host', 'GET /api/v1/search.php HTTP/1.1\r\n\r\n', 400],
      [
        'two lengths',
        'GET /api/v1/search.php HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
        400,
      ],
      ['a huge header', `GET /api/v1/search.php HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(70_000)}\r\n\r\n`, 431],
      ['a huge address', `GET /api/v1/search.php?query=${'x'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
      [
        'an expectation',
        'GET /api/v1/search.php HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n',
        401,
      ],
      ['a byte above ASCII', 'GET /api/v1/search.php?query=\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n', 400],
      ['the whole address', 'GET http://x/api/v1/search.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 401],
    ];
    for (const [name, bytes, status] of faults) {
      const text = await rawRequest(gateway.port, bytes);
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      expect([name, text.slice(0, 12)]).toEqual([name, `HTTP/1.1 ${status}`]);
      expect(text.toLowerCase()).toContain(`content-type: ${jsonType}`);
      expect(JSON.parse(body)).toMatchObject({ status: 'error' });
    }
  });

  test('E12 the key cannot be checked: 503; anything later in the database: 500', async () => {
    const account = await gateway.account();
    let down: string[] = [];
    const other = await startGateway(faultyStore(opened().store, (name) => down.some((each) => name.includes(each))));
    const ask = async (query: string) => {
      const { status, json } = await other.get('/search.php', { ...account, query });
      return `${status} ${json.code ?? json.status}`;
    };
    down = ['authenticate'];
    expect(await ask('e12 one')).toBe('503 auth_error');
    down = ['hold'];
    expect(await ask('e12 two')).toBe('500 db_error');
    down = ['write-answer'];
    expect(await ask('e12 three')).toBe('500 db_error');
    down = ['read-answers'];
    expect(await ask('e12 four')).toBe('500 db_error');
    down = [];
    expect(await gateway.balance(account)).toBe(1_000);
    expect(await ask('e12 five')).toBe('200 success');
    await other.close();
  });

  test('E12 a licence service that does not answer is 503, never a false 401', async () => {
    const clock = createTestClock();
    const licence = createAmember({ url: 'http://127.0.0.1:9', apiKey: 'x', clock });
    const other = await startGateway(opened().store, { licence, clock });
    const reply = await other.get('/search.php', { api_key: 'licence-1', user_id: 99_001, query: 'e12' });
    expect([reply.status, reply.json.code, reply.headers.get('retry-after')]).toEqual([503, 'auth_error', '5']);
    await other.close();
  });

  test('E13 an unexpected fault is 500 internal_error and tells nothing of the inside', async () => {
    const account = await gateway.account();
    const other = await startGateway(opened().store, {
      change: (context) => ({
        ...context,
        places: {
          ...context.places!,
          placeReviews: async () => {
            throw new TypeError('the inside of the house');
          },
        },
      }),
    });
    const { status, json, text } = await other.get('/places/reviews.php', { ...account, place_id: 'e13' });
    expect([status, json.code]).toEqual([500, 'internal_error']);
    expect(text).not.toMatch(/inside|TypeError|\.ts|at /);
    expect(other.lines.some(({ level }) => level === 'error')).toBe(true);
    await other.close();
    expect(await gateway.balance(account)).toBe(1_000);
  });

  test('E14 an upstream that gives nonsense is 502 by endpoint, free, with Retry-After', async () => {
    const account = await gateway.account();
    const nonsense = { type: 'text/html', body: '<html>Bad gateway</html>' };
    const answers = [
      nonsense,
      { status: 500, body: 'x' },
      { status: 429, type: 'application/json', body: '{"error":"slow down"}' },
      { status: 200, type: 'application/json', body: '{"half":' },
      { status: 200, type: 'application/json', body: '[]' },
      { status: 200, body: captchaPage },
    ];
    for (const [index, answer] of answers.entries()) {
      const name = `e14-${index}`;
      gateway.desk.searches.set(name, answer);
      gateway.desk.lists.set(name, answer);
      gateway.desk.lists.set(`${name} details`, { ids: [name] });
      gateway.desk.places.set(name, answer);
      gateway.desk.reviews.set(name, answer);
      const replies = [
        await gateway.get('/search.php', { ...account, query: name }),
        await gateway.get('/ads.php', { ...account, query: name }),
        await gateway.get('/places/search.php', { ...account, keyword: name }),
        await gateway.get('/places/search.php', { ...account, keyword: `${name} details` }),
        await gateway.get('/places/reviews.php', { ...account, place_id: name }),
      ];
      expect([name, ...replies.map(({ status, json }) => `${status} ${json.code}`)]).toEqual([
        name,
        '502 search_error',
        '502 search_error',
        '502 api_error',
        '502 api_error',
        '502 api_error',
      ]);
      for (const { headers } of replies) expect(headers.get('retry-after')).toBe('5');
      // The provider is set aside after failures in a row.
      gateway.clock.advance(60_000);
    }
    gateway.desk.sites.set('e14.org', { '/': { status: 500, body: 'x' } });
    const crawl = await gateway.get('/crawl.php', { ...account, domain: 'e14.org' });
    expect([crawl.status, crawl.json.code, crawl.headers.get('retry-after')]).toEqual([502, 'crawl_error', '5']);
    expect(await gateway.balance(account)).toBe(1_000);
  });

  test('E15 ads whose upstream fails are 502, whatever the history has', async () => {
    const account = await gateway.account();
    gateway.desk.searches.set('e15', { results: numberedRows(1), ads: numberedAds(2, 5_000) });
    expect((await gateway.get('/ads.php', { ...account, query: 'e15' })).json.data.results_count).toBe(2);
    gateway.desk.searches.set('e15', { status: 500, body: 'x' });
    const { status, json } = await gateway.get('/ads.php', { ...account, query: 'e15' });
    expect([status, json.code]).toEqual([502, 'search_error']);
    gateway.clock.advance(60_000);
  });

  test('E16 twenty calls at once are all answered, five at a time; cached ones do not queue', async () => {
    const account = await gateway.account();
    await gateway.get('/search.php', { ...account, query: 'e16 warm' });
    let atOnce = 0;
    let mostAtOnce = 0;
    const calls = Array.from({ length: 20 }, (_, index) => {
      gateway.desk.searches.set(`e16 ${index}`, async () => {
        atOnce += 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        await new Promise((resolve) => setTimeout(resolve, 200));
        atOnce -= 1;
        return { results: numberedRows(1) };
      });
      return gateway.get('/search.php', { ...account, query: `e16 ${index}` });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = performance.now();
    expect((await gateway.get('/search.php', { ...account, query: 'e16 warm' })).json.credits_used).toBe(0);
    expect(performance.now() - before).toBeLessThan(400);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(mostAtOnce).toBe(5);
  });

  test("E17 messages are the table's sentences with the parameter's name", async () => {
    const { api_key, user_id } = await gateway.account(0);
    const account = { api_key, user_id };
    const messages: Record<string, string> = {};
    const note = async (path: string, parameters: object) => {
      const { json } = await gateway.get(path, parameters);
      messages[json.code] = json.message;
    };
    await note('/search.php', {});
    await note('/search.php', { api_key });
    await note('/search.php', { api_key, user_id: 'x' });
    await note('/search.php', { api_key: 'x', user_id });
    await note('/search.php', account);
    await note('/search.php', { ...account, query: 'x', se: 'altavista' });
    await note('/search.php', { ...account, code: 'nope' });
    await note('/search.php', { ...account, query: 'e17' });
    expect(messages).toEqual({
      missing_api_key: 'The api_key parameter was not provided.',
      missing_user_id: 'The user_id parameter was not provided.',
      invalid_user_id: 'The user_id must be a positive integer.',
      invalid_api_key: 'API key is invalid, expired, or not recognized.',
      missing_param: 'A required parameter is missing from the request. Parameter: query.',
      invalid_param: 'A parameter value is invalid. Parameter: se: one of google, bing, yahoo, duckduckgo is expected.',
      invalid_code: 'Recipe code not found or invalid. Parameter: code.',
      insufficient_credits: 'Your account has no credits remaining. Purchase more to continue.',
    });
    const places = await gateway.get('/places/search.php', account);
    expect(places.json.message).toBe('A required parameter is missing from the request. Parameter: keyword.');
    const reviews = await gateway.get('/places/reviews.php', account);
    expect(reviews.json.message).toBe('A required parameter is missing from the request. Parameter: place_id.');
  });

  test('E18 keys in the query string alone, never in a log line; nothing is kept by caches or shown to other sites', async () => {
    const account = await gateway.account();
    const headers = {
      authorization: `Bearer ${account.api_key}`,
      'x-user-id': account.user_id,
      origin: 'https://other.org',
    };
    const refused = await gateway.raw('/api/v1/search.php?query=e18', { headers });
    expect(refused.json.code).toBe('missing_api_key');
    const reply = await gateway.get(
      '/search.php',
      { ...account, query: 'e18' },
      { headers: { origin: 'https://other.org' } },
    );
    for (const each of [refused, reply]) {
      expect(each.headers.get('cache-control')).toContain('no-store');
      expect([...each.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    await gateway.get('/search.php', { ...account, api_key: `${account.api_key}-wrong`, query: 'e18' });
    const log = JSON.stringify(gateway.lines, (_, value) => (value instanceof Error ? `${value.stack}` : value));
    expect(log).not.toContain(account.api_key);
    expect(log).not.toContain('provider-key');
  });

  test('E19 bad percent-encoding and overlong values are errors at their own step', async () => {
    const { api_key, user_id } = await gateway.account();
    const account = `api_key=${api_key}&user_id=${user_id}`;
    const cases: [string, string][] = [
      [`${account}&query=%ff`, '400 invalid_param'],
      [`${account}&query=%`, '400 invalid_param'],
      [`${account}&query=100%`, '400 invalid_param'],
      [`${account}&query=%zz`, '400 invalid_param'],
      [`${account}&query=%C3%28`, '400 invalid_param'],
      [`${account}&query=%ED%A0%80`, '400 invalid_param'],
      [`${account}&query=%00`, '400 invalid_param'],
      [`${account}&query=a&page=%ff`, '400 invalid_param'],
      [`${account}&query=${'x'.repeat(2_049)}`, '400 invalid_param'],
      [`${account}&query=${'x'.repeat(2_048)}`, '200 success'],
      [`${account}&query=${'%C3%BC'.repeat(2_048)}`, '200 success'],
      [`${account}&query=a&se=${'x'.repeat(2_049)}`, '400 invalid_param'],
      [`${account}&code=${'x'.repeat(2_049)}`, '400 invalid_param'],
      [`${account}&se=%ff`, '400 missing_param'],
      [`api_key=%ff&user_id=${user_id}`, '401 invalid_api_key'],
      [`api_key=${'x'.repeat(2_049)}&user_id=${user_id}`, '401 invalid_api_key'],
      ['api_key=%ff', '401 missing_user_id'],
      [`api_key=${api_key}&user_id=%ff`, '400 invalid_user_id'],
    ];
    for (const [query, expected] of cases) {
      const name = query.slice(0, 200);
      expect([name, await codeOf(`/api/v1/search.php?${query}`)]).toEqual([name, expected]);
    }
  });

  test('E20 keys of an existing installation are taken as they are and stored as hashes', async () => {
    const api_key = 'ÄB-12 34+key/of=old&shop';
    async function* lines() {
      yield JSON.stringify({ user_id: 77_001, api_key, balance: 25 });
    }
    const report = await importAccounts(opened().store, lines(), { now: gateway.clock.date() });
    expect(report.created).toBe(1);
    const reply = await gateway.get('/search.php', { api_key, user_id: 77_001, query: 'e20' });
    expect([reply.status, reply.json.credits_used]).toEqual([200, 10]);
    const stored = await opened()
      .store.db.selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', 77_001)
      .execute();
    expect(JSON.stringify(stored)).not.toContain('of=old&shop');
  });
});
