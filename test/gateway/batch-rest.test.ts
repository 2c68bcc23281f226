import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { createRateLimit } from '../../packages/graphql-gateway/src/rate-limit.ts';
import { numberedAds, numberedRows } from '../support/engine-pages.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { rawRequest } from '../support/raw-request.ts';
import { batchSites, finished } from '../support/run-batch.ts';
import { type Reply, startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  const workers: { stop(): Promise<void> }[] = [];
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    expect(await ledgerViolations(opened().store)).toEqual([]);
  });
  afterAll(() => gateway?.close());

  const work = () => workers.push(startBatchWorker(gateway.context, { itemsAtOnceMax: 8 }));
  const sites = (name: string, count: number) => batchSites(gateway, name, count);
  const credentials = ({ api_key, user_id }: TestAccount) => ({
    authorization: `Bearer ${api_key}`,
    'x-user-id': user_id,
  });

  // biome-ignore lint/suspicious/noExplicitAny: a test names the fields that it looks at.
  type BatchReply = Omit<Reply, 'json'> & { json: any };

  function call(account: TestAccount, path: string, init: RequestInit = {}): Promise<BatchReply> {
    return gateway.raw(path, { ...init, headers: { ...credentials(account), ...(init.headers as object) } });
  }

  function post(
    account: TestAccount,
    body: string | Uint8Array<ArrayBuffer> | object,
    headers: object = {},
  ): Promise<BatchReply> {
    const text = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return call(account, '/batches', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
  }

  async function answered(account: TestAccount, order: { inputs: unknown[]; operation?: string }): Promise<string> {
    const { status, json } = await post(account, { operation: 'websiteCrawl', ...order });
    expect([status, Object.keys(json)]).toEqual([202, ['id']]);
    work();
    await finished(gateway.context, { id: json.id, accountId: Number(account.user_id) });
    return json.id;
  }

  async function leftovers(account: TestAccount): Promise<number> {
    const statement = { name: '', text: 'select count(*)::integer as count from batches where account_id = $1' };
    const [row] = await opened().store.query<{ count: number }>(statement, [account.user_id]);
    return row!.count;
  }

  test('a batch is sent, followed, and its rows come in the order of the inputs in three forms', async () => {
    const account = await gateway.account(100);
    const inputs = [
      ...sites('rest', 3),
      { domain: 'ftp://x.org', company: '=HYPERLINK("http://evil")' },
      { domain: 'rest0.org', company: 'Käse, "Söhne" & Co\nZürich', status: 'old customer', tags: ['a', 'b'] },
      'x.org',
    ];
    const id = await answered(account, { inputs });
    const shown = await call(account, `/batches/${id}`);
    expect(shown.json).toEqual({
      id,
      operation: 'websiteCrawl',
      status: 'done',
      total: 6,
      done: 4,
      failed: 2,
      creditsUsed: 3,
    });
    expect(shown.headers.get('cache-control')).toBe('private, no-store');

    const lines = await call(account, `/batches/${id}/results.jsonl`);
    expect(lines.headers.get('content-type')).toMatch(/^application\/jsonl/);
    expect(lines.headers.get('content-disposition')).toBe(`attachment; filename="batch-${id}.jsonl"`);
    const rows = lines.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows.map(({ input }) => input)).toEqual(inputs);
    expect(Object.keys(rows[0])).toEqual(['index', 'input', 'data', 'creditsUsed']);
    expect(rows[1]).toMatchObject({ data: { emails: ['info@rest1.org'], pages_crawled: 1 }, creditsUsed: 1 });
    expect(Object.keys(rows[3])).toEqual(['index', 'input', 'error', 'creditsUsed']);
    expect(rows[3]).toMatchObject({ error: { code: 'invalid_param' }, creditsUsed: 0 });

    const whole = await call(account, `/batches/${id}/results.json`);
    expect(whole.headers.get('content-type')).toMatch(/^application\/json/);
    expect(whole.json).toEqual(rows);

    const table = await call(account, `/batches/${id}/results.csv`);
    expect(table.headers.get('content-type')).toMatch(/^text\/csv/);
    const [heading, ...cells] = parse(table.text) as string[][];
    expect(heading!.slice(0, 9)).toEqual([
      'index',
      'domain',
      'company',
      'input_status',
      'tags',
      'status',
      'error_code',
      'credits_used',
      'result_domain',
    ]);
    expect(new Set(heading).size).toBe(heading!.length);
    expect(cells).toHaveLength(6);
    const records = parse(table.text, { columns: true }) as Record<string, string>[];
    expect(records[1]).toMatchObject({
      index: '1',
      domain: 'rest1.org',
      status: 'done',
      error_code: '',
      credits_used: '1',
      result_domain: 'https://rest1.org',
      pages_crawled: '1',
      emails: 'info@rest1.org',
    });
    expect(records[3]).toMatchObject({
      company: '\'=HYPERLINK("http://evil")',
      status: 'failed',
      error_code: 'invalid_param',
      credits_used: '0',
      emails: '',
    });
    expect(records[4]).toMatchObject({
      company: 'Käse, "Söhne" & Co Zürich',
      input_status: 'old customer',
      tags: 'a; b',
    });
    expect(records[5]).toMatchObject({ domain: '', status: 'failed' });
  });

  test('an answer that is a list has a line of CSV for each of its rows, and is counted once', async () => {
    const account = await gateway.account(500);
    gateway.desk.searches.set('many leads', { results: numberedRows(8), ads: numberedAds(2) });
    gateway.desk.searches.set('no leads', { results: [] });
    const inputs = [{ query: 'many leads', title: 'mine' }, { query: 'no leads' }, {}];
    const id = await answered(account, { operation: 'leadSearch', inputs });
    const { text } = await call(account, `/batches/${id}/results.csv`);
    const records = parse(text, { columns: true }) as Record<string, string>[];
    expect(records.map(({ index }) => index)).toEqual([...Array(8).fill('0'), '1', '2']);
    expect(records.reduce((sum, { credits_used }) => sum + Number(credits_used), 0)).toBe(10);
    expect(records[1]).toMatchObject({ query: 'many leads', title: 'mine', status: 'done', credits_used: '' });
    expect(records[1]!.result_title).not.toBe('');
    expect(records[9]).toMatchObject({ status: 'failed', error_code: 'missing_param', link: '' });
    expect(parse((await call(account, `/batches/${id}/results.csv`)).text, { columns: true })).toEqual(records);
  });

  test('the keys of an order may come in any order, and its bytes in any pieces', async () => {
    const account = await gateway.account(10);
    const text =
      '\ufeff { "webhookUrl" : null, "inputs" : [ {"domain":"ä😀\\u00e9.org","n":-1.5e3,"deep":[{"x":[null,true]}]} ,\n"",7 ], "maxCredits":5,"operation":"websiteCrawl"} \n';
    const send = () =>
      new Promise<number>((resolve, reject) => {
        const headers = { ...credentials(account), 'content-type': 'application/json' };
        const request = httpRequest(`${gateway.url}/batches`, { method: 'POST', headers }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode!));
        });
        request.on('error', reject).setNoDelay(true);
        const bytes = Buffer.from(text);
        const next = (at: number) => {
          if (at >= bytes.length) request.end();
          else request.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
        };
        next(0);
      });
    expect(await send()).toBe(202);
    const { store } = opened();
    const statement = {
      name: '',
      text: 'select input from batch_items i join batches b on b.id = i.batch_id where account_id = $1 order by index',
    };
    const rows = await store.query<{ input: string }>(statement, [account.user_id]);
    expect(rows.map(({ input }) => JSON.parse(input))).toEqual(JSON.parse(text.replace('\ufeff', '')).inputs);
  });

  test('a body that is no order is invalid_param and leaves nothing behind', async () => {
    const account = await gateway.account(10);
    const good = '{"operation":"websiteCrawl","inputs":[{"domain":"a.org"}]}';
    const bad: [string, string | Uint8Array<ArrayBuffer>][] = [
      ['nothing', ''],
      ['no JSON', 'domain\na.org\n'],
      ['a list', '[{"domain":"a.org"}]'],
      ['a text', '"websiteCrawl"'],
      ['a number', '1'],
      ['cut off', good.slice(0, -1)],
      ['cut off in an input', good.slice(0, 45)],
      ['cut off in a word', '{"operation":"websiteCrawl","inputs":[tru'],
      ['two of them', `${good}${good}`],
      ['something after it', `${good},`],
      ['a comma too many', '{"operation":"websiteCrawl","inputs":[{"domain":"a.org"},]}'],
      ['no quotes', '{operation:"websiteCrawl","inputs":[]}'],
      ['a control character', '{"operation":"websiteCrawl","inputs":["a\u0001"]}'],
      [
        'not UTF-8',
        Buffer.concat([
          Buffer.from('{"operation":"websiteCrawl","inputs":["'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from('"]}'),
        ]),
      ],
      ['UTF-16', Buffer.from(good, 'utf16le')],
      ['no inputs', '{"operation":"websiteCrawl"}'],
      ['empty inputs', '{"operation":"websiteCrawl","inputs":[]}'],
      ['inputs that are no list', '{"operation":"websiteCrawl","inputs":{"domain":"a.org"}}'],
      ['inputs that are a text', '{"operation":"websiteCrawl","inputs":"a.org"}'],
      ['inputs twice', '{"inputs":[{"domain":"a.org"}],"operation":"websiteCrawl","inp\\u0075ts":[1]}'],
      ['a ceiling twice', '{"maxCredits":1,"maxCredits":100000,"operation":"websiteCrawl","inputs":[1]}'],
      ['a ceiling misspelt', '{"max_credits":1,"operation":"websiteCrawl","inputs":[1]}'],
      ['__proto__', '{"__proto__":{},"operation":"websiteCrawl","inputs":[1]}'],
      ['a ceiling that is none', '{"maxCredits":"1","operation":"websiteCrawl","inputs":[1]}'],
      ['a ceiling below zero', '{"maxCredits":-1,"operation":"websiteCrawl","inputs":[1]}'],
      ['an operation that is none', '{"operation":"WEBSITE","inputs":[1]}'],
      ['an operation that is an object', '{"operation":{"name":"websiteCrawl"},"inputs":[1]}'],
      ['a private webhook', '{"operation":"websiteCrawl","inputs":[1],"webhookUrl":"http://169.254.169.254/latest"}'],
      ['a webhook that is a number', '{"operation":"websiteCrawl","inputs":[1],"webhookUrl":7}'],
      ['a deep input', `{"operation":"websiteCrawl","inputs":[${'['.repeat(40)}${']'.repeat(40)}]}`],
      ['a very deep input', `{"operation":"websiteCrawl","inputs":[${'{"a":'.repeat(1_000_000)}`],
      ['a long input', `{"operation":"websiteCrawl","inputs":[{"domain":"${'x'.repeat(40_000)}"}]}`],
      ['a very long input', `{"operation":"websiteCrawl","inputs":[{"domain":"${'x'.repeat(5_000_000)}"}]}`],
      ['much space', `{"operation":"websiteCrawl","inputs":[${' '.repeat(2_000_000)}1]}`],
      ['a NUL in a name', '{"operation":"websiteCrawl","inputs":[{"a\\u0000b":1}]}'],
      [
        'too many names',
        JSON.stringify({
          operation: 'websiteCrawl',
          inputs: Array.from({ length: 300 }, (_, at) => ({ [`n${at}`]: 1 })),
        }),
      ],
      ['too many inputs', `{"operation":"websiteCrawl","inputs":[${'{},'.repeat(100_000)}{}]}`],
    ];
    for (const [name, body] of bad) {
      const { status, json } = await post(account, body);
      expect([name, status, json.status, json.code]).toEqual([name, 400, 'error', 'invalid_param']);
      expect(json.message).not.toContain('169.254.169.254/latest');
    }
    const missing = await post(account, '{"inputs":[{"domain":"a.org"}]}');
    expect([missing.status, missing.json.code]).toEqual([400, 'missing_param']);
    const zipped = await post(account, gzipSync(good) as Uint8Array<ArrayBuffer>, { 'content-encoding': 'gzip' });
    expect([zipped.status, zipped.json.code]).toEqual([400, 'invalid_param']);
    expect(await leftovers(account)).toBe(0);
  }, 60_000);

  test('a body over the limit is refused by its length before it is sent, and the error says the limit', async () => {
    const account = await gateway.account(10);
    const { authorization, 'x-user-id': user } = credentials(account);
    const head = `POST /batches HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nX-User-Id: ${user}\r\n`;
    const answer = await rawRequest(gateway.port, `${head}Content-Length: 70000000\r\n\r\n{"inputs":[`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('64 MB');
  });

  test('who leaves while sending leaves no draft behind', async () => {
    const account = await gateway.account(10);
    const request = httpRequest(`${gateway.url}/batches`, { method: 'POST', headers: credentials(account) });
    request.on('error', () => {});
    request.write(`{"operation":"websiteCrawl","inputs":[${'{"domain":"a.org"},'.repeat(5_000)}`);
    await expect.poll(() => leftovers(account), { timeout: 10_000 }).toBe(1);
    request.destroy();
    await expect.poll(() => leftovers(account), { timeout: 10_000 }).toBe(0);
    expect(gateway.lines.filter(({ message }) => /fault/.test(String(message)))).toEqual([]);
  });

  test('the same order under the same key is the same batch; another one is invalid_param', async () => {
    const account = await gateway.account(10);
    const order = { operation: 'websiteCrawl', inputs: [{ domain: 'once.org' }] };
    const key = { 'idempotency-key': 'a-key' };
    const first = await post(account, order, key);
    const again = await post(account, order, key);
    expect([again.status, again.json.id]).toEqual([202, first.json.id]);
    const other = await post(account, { ...order, maxCredits: 3 }, key);
    expect([other.status, other.json.code]).toEqual([400, 'invalid_param']);
    expect((await post(account, order, { 'idempotency-key': 'x'.repeat(300) })).status).toBe(400);
    expect(await leftovers(account)).toBe(1);
  });

  test("another account's batch is 404, and so is what is none", async () => {
    const [owner, other] = [await gateway.account(10), await gateway.account(10)];
    const { id } = (await post(owner, { operation: 'websiteCrawl', inputs: sites('mine', 1) })).json;
    for (const path of [`/batches/${id}`, `/batches/${id}/results.csv`, `/batches/${id}/results.jsonl`]) {
      const { status, json } = await call(other, path);
      expect([path, status, json.code]).toEqual([path, 404, 'not_found']);
    }
    expect((await call(other, `/batches/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await call(owner, `/batches/${id}`)).json.status).toBe('queued');
    for (const path of [
      '/batches/',
      '/batches/1',
      `/batches/${id.slice(1)}`,
      `/batches/${id}/`,
      `/batches/${id}/results`,
      `/batches/${id}/results.xml`,
      `/batches/${id}/results.csv/x`,
      '/batches/00000000-0000-4000-8000-000000000000',
    ])
      expect([path, (await call(owner, path)).status]).toEqual([path, 404]);
  });

  test('DELETE answers the batch; nothing more of it starts', async () => {
    const account = await gateway.account(10);
    const { id } = (await post(account, { operation: 'websiteCrawl', inputs: sites('gone', 3) })).json;
    const cancelled = await call(account, `/batches/${id}`, { method: 'DELETE' });
    expect([cancelled.status, cancelled.json]).toEqual([
      200,
      { id, operation: 'websiteCrawl', status: 'cancelled', total: 3, done: 0, failed: 0, creditsUsed: 0 },
    ]);
    expect((await call(account, `/batches/${id}`, { method: 'DELETE' })).json).toEqual(cancelled.json);
    expect((await call(account, `/batches/${id}/results.json`)).json).toEqual([]);
    expect((await call(account, `/batches/${id}/results.jsonl`)).text).toBe('');
  });

  test('it takes the credentials of /graphql, in the header or in the query, and nothing without them', async () => {
    const account = await gateway.account(10);
    const body = JSON.stringify({ operation: 'websiteCrawl', inputs: [{ domain: 'x.org' }] });
    const inQuery = new URLSearchParams({ ...account });
    expect((await gateway.raw(`/batches?${inQuery}`, { method: 'POST', body })).status).toBe(202);
    const refused: [string, RequestInit][] = [
      ['missing_api_key', {}],
      ['missing_user_id', { headers: { authorization: `Bearer ${account.api_key}` } }],
      ['invalid_api_key', { headers: { ...credentials(account), authorization: 'Bearer wrong' } }],
    ];
    for (const [code, init] of refused) {
      const { status, json } = await gateway.raw('/batches', { ...init, method: 'POST', body });
      expect([status, json.code]).toEqual([401, code]);
    }
    expect(await leftovers(account)).toBe(1);
  });

  test('HEAD, OPTIONS and the methods that a path does not answer', async () => {
    const account = await gateway.account(10);
    const { id } = (await post(account, { operation: 'websiteCrawl', inputs: [{ domain: 'x.org' }] })).json;
    const allowed: [string, string][] = [
      ['/batches', 'POST'],
      [`/batches/${id}`, 'GET, HEAD, DELETE'],
      [`/batches/${id}/results.csv`, 'GET, HEAD'],
    ];
    for (const [path, allow] of allowed) {
      const options = await call(account, path, { method: 'OPTIONS' });
      expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
      const put = await call(account, path, { method: 'PUT', body: '{}' });
      expect([put.status, put.json.code, put.headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
    }
    const head = await call(account, `/batches/${id}/results.csv`, { method: 'HEAD' });
    expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
      200,
      '',
      'text/csv; charset=utf-8; header=present',
    ]);
    expect((await call(account, `/batches/${id}`, { method: 'HEAD' })).status).toBe(200);
    expect((await call(account, '/batches', {})).status).toBe(405);
  });

  test('each call counts for LEADGEN_RATE_LIMIT, before its body is read', async () => {
    const admit = createRateLimit(1);
    const limited = await startGateway(opened().store, { change: (context) => ({ ...context, admit }) });
    const account = await limited.account(10);
    const call = (path: string, init: RequestInit = {}) =>
      limited.raw(path, { ...init, headers: credentials(account) });
    expect((await call('/batches/1')).status).toBe(404);
    const refused = await call('/batches', { method: 'POST', body: 'no order' });
    expect([refused.status, refused.json.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.close();
  });
});
