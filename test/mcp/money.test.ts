import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { listKeys } from '../../packages/engine/src/accounts/list-keys.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { mapAtMost } from '../../packages/engine/src/serp/map-at-most.ts';
import { connectHttp, eras, type McpTestClient } from '../support/mcp-client.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { setSubjects } from '../support/random-query.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

forEachStore((opened) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(opened().store);
    setSubjects(gateway.desk);
  });
  afterAll(() => gateway?.close());

  const key = async (
    { user_id }: TestAccount,
    limits: { cap?: number; approveAbove?: number; operations?: string[] },
  ) => (await createKey(opened().store, { accountId: Number(user_id), now: gateway.clock.date(), ...limits }))!.apiKey;

  function places(keyword: string, count = 20): string[] {
    const ids = Array.from({ length: count }, (_, nth) => `${keyword}-${nth}`);
    gateway.desk.lists.set(keyword, { ids });
    return ids;
  }

  test('a call that may cost more than the key spends without asking asks the person, once per purchase', async () => {
    const account = await gateway.account();
    places('asked');
    const asked: string[] = [];
    const mcp = await connectHttp(gateway.url, {
      apiKey: account.api_key,
      person: (message) => {
        asked.push(message);
        return 'accept';
      },
    });
    const { data } = await mcp.call('places_search', { keyword: 'asked' });
    expect(data).toMatchObject({ credits: 200, remaining: 800 });
    expect(asked).toEqual([
      'places_search may cost up to 200 credits (at least 0). Without your word this key spends at most 50 in one call. Go on?',
    ]);
    await mcp.call('lead_search', { query: 'subject1' });
    expect(asked).toHaveLength(1);
    await mcp.close();
  });

  test.each(['decline', 'cancel'] as const)('a person who answers %s has spent nothing', async (action) => {
    const account = await gateway.account();
    places(`said ${action}`);
    const mcp = await connectHttp(gateway.url, { apiKey: account.api_key, person: () => action });
    const { data, isError } = await mcp.call('places_search', { keyword: `said ${action}` });
    expect({ isError, code: data.code }).toEqual({ isError: true, code: 'approval_required' });
    expect(await gateway.balance(account)).toBe(1_000);
    expect(gateway.desk.asked.lists).not.toContain(`said ${action}`);
    await mcp.close();
  });

  test.each(eras)('in %s a client that can not ask gets the quote, and goes on with a lower ceiling', async (era) => {
    const account = await gateway.account();
    const keyword = `unasked ${era}`;
    places(keyword);
    const mcp = await connectHttp(gateway.url, { apiKey: account.api_key, era });
    const refused = await mcp.call('places_search', { keyword });
    expect(refused.data).toMatchObject({ code: 'approval_required', quote: { min: 0, max: 200 }, approve_above: 50 });
    expect(refused.text).toContain('max_credits');
    expect(await gateway.balance(account)).toBe(1_000);
    const { data } = await mcp.call('places_search', { keyword, max_credits: 50 });
    expect(data).toMatchObject({ credits: 50, coverage: { status: 'PARTIAL' } });
    expect(data.results).toHaveLength(5);
    expect(data.coverage.notes).toContain('15 places are left out: max_credits did not reach for them');
    await mcp.close();
  });

  test('what is cached counts as nothing in the price that is asked for', async () => {
    const account = await gateway.account();
    const sites = Array.from({ length: 4 }, (_, nth) => `http://subject${nth}-0.org`);
    const mcp = await connectHttp(gateway.url, { apiKey: account.api_key });
    for (const site of sites) await mcp.call('website_crawl', { domains: [site] });
    expect((await mcp.call('website_crawl', { domains: sites })).isError).toBe(false);
    await mcp.close();
  });

  test('a word counts once, for its own call, and only as it was sealed', async () => {
    const account = await gateway.account();
    const ids = places('sealed');
    places('other');
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const another = await startGateway(opened().store);
    another.desk.lists.set('sealed', { ids });
    const post = async (keyword: string, more: object = {}, to = gateway) => {
      const response = await fetch(`${to.url}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${account.api_key}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'tools/call',
          'mcp-name': 'places_search',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name: 'places_search', arguments: { keyword }, _meta: meta, ...more },
        }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: a test names the fields that it looks at.
      return (await response.json()) as any;
    };
    const inputResponses = { approval: { action: 'accept', content: {} } };
    const { result } = await post('sealed');
    expect(result.resultType).toBe('input_required');
    const { requestState } = result;

    // Nobody can agree to what was not asked: the word alone, for another call, or with a seal that was broken.
    expect((await post('sealed', { inputResponses })).result.resultType).toBe('input_required');
    expect((await post('other', { inputResponses, requestState })).result.resultType).toBe('input_required');
    const broken = `${requestState.slice(0, -3)}AAA`;
    expect((await post('sealed', { inputResponses, requestState: broken })).error.code).toBe(-32602);
    expect(await gateway.balance(account)).toBe(1_000);

    // The word may reach another gateway than the one that asked.
    const bought = await post('sealed', { inputResponses, requestState }, another);
    expect(bought.result.structuredContent.credits).toBe(200);
    expect((await post('sealed', { inputResponses, requestState })).result.resultType).toBe('input_required');
    await another.close();
  });

  test('what a key may not call, it may not call here', async () => {
    const account = await gateway.account();
    const mcp = await connectHttp(gateway.url, { apiKey: await key(account, { operations: ['crawl'] }) });
    expect((await mcp.call('lead_search', { query: 'subject2' })).data.code).toBe('invalid_api_key');
    const inputs = [{ query: 'subject2' }];
    const batch = { operation: 'lead_search', inputs, idempotency_key: 'forbidden' };
    expect((await mcp.call('batch_submit', batch)).data.code).toBe('invalid_api_key');
    expect((await mcp.call('quote')).data.results).toMatchObject([{ tool: 'website_crawl' }]);
    await mcp.close();
  });

  test("nothing left under the key's own ceiling is 402 in words, whatever the account has", async () => {
    const account = await gateway.account(10_000);
    const mcp = await connectHttp(gateway.url, { apiKey: await key(account, { cap: 0 }) });
    const { data, text } = await mcp.call('lead_search', { query: 'never searched', max_credits: 1_000 });
    expect(data.code).toBe('insufficient_credits');
    expect(text).toContain('tell the person');
    await mcp.close();
  });

  describe('a thousand random calls', () => {
    const cap = 700;
    const approveAbove = 40;
    const calls = fc.sample(randomCall(), { numRuns: 1_000, seed: 9 });
    const answered: { call: RandomCall; asked: number | null; credits: number }[] = [];
    let account: TestAccount;

    test('run', async () => {
      account = await gateway.account(100_000);
      const apiKey = await key(account, { cap, approveAbove });
      const lanes: { mcp: McpTestClient; asked: number | null }[] = [];
      for (const era of [...eras, ...eras, ...eras]) {
        const lane: (typeof lanes)[number] = { mcp: undefined as never, asked: null };
        lane.mcp = await connectHttp(gateway.url, {
          apiKey,
          era,
          person: (message) => {
            lane.asked = Number(/up to (\d+) credits/.exec(message)![1]);
            return lane.asked % 3 === 0 ? 'decline' : 'accept';
          },
        });
        lanes.push(lane);
      }
      const free = [...lanes];
      await mapAtMost(lanes.length, calls, async (call) => {
        const lane = free.pop()!;
        lane.asked = null;
        const { data } = await lane.mcp.call(call.tool, call.given);
        answered.push({ call, asked: lane.asked, credits: data.credits ?? 0 });
        free.push(lane);
      });
      await Promise.all(lanes.map(({ mcp }) => mcp.close()));
    }, 300_000);

    test('none was above its ceiling, nor above what the key spends without a word', () => {
      expect(answered).toHaveLength(1_000);
      for (const { call, asked, credits } of answered) {
        const { max_credits } = call.given as { max_credits?: number };
        expect(credits, JSON.stringify(call)).toBeLessThanOrEqual(max_credits ?? Number.POSITIVE_INFINITY);
        expect(credits, JSON.stringify(call)).toBeLessThanOrEqual(Math.max(asked ?? 0, approveAbove));
      }
    });

    test("all together were not above the key's, which was reached, and the books agree", async () => {
      const spent = answered.reduce((sum, { credits }) => sum + credits, 0);
      expect(spent).toBeLessThanOrEqual(cap);
      expect(spent).toBeGreaterThan(cap - 20);
      const [, mine] = await listKeys(opened().store, {
        accountId: Number(account.user_id),
        now: gateway.clock.date(),
      });
      expect(mine!.usedThisMonth).toBe(spent);
      expect(await gateway.balance(account)).toBe(100_000 - spent);
      expect(await ledgerViolations(opened().store)).toEqual([]);
    });
  });
});

interface RandomCall {
  tool: string;
  given: Record<string, unknown>;
}

function randomCall(): fc.Arbitrary<RandomCall> {
  const subject = fc.integer({ min: 0, max: 89 }).map((index) => `subject${index}`);
  const max = fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined, freq: 2 });
  const call = (tool: string, given: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ ...given, max_credits: max }).map((all) => ({
      tool,
      given: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    }));
  const sites = fc.array(
    fc.tuple(subject, fc.integer({ min: 0, max: 3 })).map(([name, row]) => `http://${name}-${row}.org`),
    { minLength: 1, maxLength: 8 },
  );
  const ids = fc.array(
    fc.tuple(subject, fc.integer({ min: 0, max: 3 })).map(([name, row]) => `${name}-${row}`),
    { minLength: 1, maxLength: 8 },
  );
  const joins = fc.subarray(['contacts', 'reviews']);
  return fc.oneof(
    call('lead_search', { query: subject, limit: fc.integer({ min: 1, max: 30 }) }),
    call('website_crawl', { domains: sites }),
    call('places_search', { keyword: subject, with: joins }),
    call('place_reviews', { place_ids: ids }),
    call('ad_spy', { query: subject }),
  );
}
