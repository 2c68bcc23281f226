import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBatchWorker } from '../../packages/engine/src/batches/start-batch-worker.ts';
import { askGraph } from '../support/ask-graph.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { batchSites } from '../support/run-batch.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';
import { startWireServer, type WireReply, type WireRequest, type WireServer } from '../support/wire-server.ts';

const submitText = `mutation ($inputs: [JSON]!, $url: String!) {
  submitBatch(operation: WEBSITE_CRAWL, inputs: $inputs, webhookUrl: $url) { id }
}`;

forEachStore((opened) => {
  let gateway: TestGateway;
  let receiver: WireServer;
  let inside: WireServer;
  let worker: { stop(): Promise<void> };
  /** What the receiver answers on a path, one after the other; then 204. */
  const replies = new Map<string, WireReply[]>();
  beforeAll(async () => {
    [receiver, inside] = await Promise.all([startWireServer(), startWireServer()]);
    receiver.answer = ({ url }) => replies.get(url.pathname)?.shift() ?? { status: 204 };
    gateway = await startGateway(opened().store, {
      // The other receiver has no entry.
      crawlAllow: new URL(receiver.url).host,
      names: { 'inside.example': '127.0.0.1' },
    });
    worker = startBatchWorker(gateway.context, { itemsAtOnceMax: 8 });
  });
  afterAll(async () => {
    await worker?.stop();
    await gateway?.close();
    await Promise.all([receiver?.close(), inside?.close()]);
  });

  async function submit(account: TestAccount, url: string, inputs: object[] = [{}]): Promise<string> {
    const { data, errors } = await askGraph(gateway, account, submitText, { variables: { inputs, url } });
    expect(errors).toEqual([]);
    return data.submitBatch.id;
  }

  const mutate = async (account: TestAccount, text: string) =>
    (await askGraph(gateway, account, `mutation { ${text} }`)).data;
  const rotate = async (account: TestAccount): Promise<string> =>
    (await mutate(account, 'rotateWebhookSecret { secret }')).rotateWebhookSecret.secret;
  const calls = (path: string) => receiver.asked.filter(({ url }) => url.pathname === path);

  async function called(path: string, times: number): Promise<WireRequest[]> {
    await expect.poll(() => calls(path).length, { timeout: 45_000, interval: 100 }).toBeGreaterThanOrEqual(times);
    return calls(path);
  }

  /** Throws where the judge does not believe it. */
  function verified(secret: string, { body, headers }: WireRequest): unknown {
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  }

  test('the end of a batch is told, signed as Standard Webhooks has it', async () => {
    const account = await gateway.account(10);
    const old = await rotate(account);
    const secret = await rotate(account);
    const id = await submit(account, `${receiver.url}/end`, [...batchSites(gateway, 'hooked', 2), {}]);
    const [call] = await called('/end', 1);
    expect(call).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    const told = verified(secret, call!) as { type: string; timestamp: string; data: object };
    expect(told).toEqual({
      type: 'batch.finished',
      timestamp: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z$/),
      data: { id, operation: 'websiteCrawl', status: 'done', total: 3, done: 2, failed: 1, creditsUsed: 2 },
    });
    expect(() => verified(old, call!)).toThrow();
    expect(() => verified(secret, { ...call!, body: call!.body.replace('"failed":1', '"failed":0') })).toThrow();

    // What is sent again ends again, with a message of its own.
    await mutate(account, `retryFailed(id: "${id}") { id }`);
    const [, second] = await called('/end', 2);
    verified(secret, second!);
    expect(second!.headers['webhook-id']).not.toBe(call!.headers['webhook-id']);
  });

  test('a batch that is cancelled has ended too', async () => {
    const account = await gateway.account(10);
    const secret = await rotate(account);
    await worker.stop();
    const id = await submit(account, `${receiver.url}/cancelled`, batchSites(gateway, 'stopped', 3));
    await mutate(account, `cancelBatch(id: "${id}") { id }`);
    worker = startBatchWorker(gateway.context, { itemsAtOnceMax: 8 });
    const [call] = await called('/cancelled', 1);
    expect(verified(secret, call!)).toMatchObject({ data: { id, status: 'cancelled', done: 0 } });
  });

  test('what fails, hangs or points elsewhere is tried again as the same message, and nothing is followed inside', async () => {
    const account = await gateway.account(10);
    const secret = await rotate(account);
    replies.set('/fails', [{ status: 500 }]);
    replies.set('/hangs', ['hang']);
    replies.set('/redirects', [{ status: 302, headers: { location: `${inside.url}/stolen` } }]);
    const start = Date.now();
    const paths = ['/fails', '/redirects', '/hangs'];
    for (const path of paths) await submit(account, `${receiver.url}${path}?token=T0KEN`);
    for (const path of paths) {
      const [first, second] = await called(path, 2);
      expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
      verified(secret, second!);
      const seconds = Number(second!.headers['webhook-timestamp']) - Number(first!.headers['webhook-timestamp']);
      expect([path, seconds >= (path === '/hangs' ? 14 : 5)]).toEqual([path, true]);
    }
    expect(Date.now() - start).toBeLessThan(40_000);
    expect(inside.asked).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const path of paths) expect([path, calls(path).length]).toEqual([path, 2]);
    expect(JSON.stringify(gateway.lines)).toContain('a webhook was not delivered');
    expect(JSON.stringify(gateway.lines)).not.toContain('T0KEN');
  }, 90_000);

  test('a private address is refused with the order, a name that leads to one when it is called', async () => {
    const account = await gateway.account(10);
    for (const url of [
      inside.url,
      'http://10.1.2.3/',
      'http://[::1]/',
      'http://0x7f.1/',
      'ftp://hooks.example/',
      'hook',
    ]) {
      const { errors } = await askGraph(gateway, account, submitText, { variables: { inputs: [{}], url } });
      expect([url, errors[0]?.extensions?.code]).toEqual([url, 'invalid_param']);
    }
    const id = await submit(account, `http://inside.example:${new URL(inside.url).port}/hook`);
    const fault = () =>
      gateway.lines.find(({ fields, message }) => fields.batch === id && /webhook/.test(message))?.fields;
    await expect.poll(fault, { timeout: 20_000 }).toMatchObject({ fault: 'PageFetchError', retryAfterSeconds: 5 });
    expect(inside.asked).toEqual([]);
  }, 60_000);
});
