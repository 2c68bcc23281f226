import { countTokens } from 'gpt-tokenizer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { countTokens as countInParts } from '../../packages/graphql-gateway/src/mcp/count-tokens.ts';
import { connectHttp, type McpAnswer, type McpTestClient } from '../support/mcp-client.ts';
import { openTestStore, storeKinds, type TestStore } from '../support/open-test-store.ts';
import { startGateway, type TestAccount, type TestGateway } from '../support/start-gateway.ts';

/** Texts that are as bad as they come for a tokenizer. A fixed seed, so that a failure can be seen again. */
function noise(kind: keyof typeof alphabets, length: number, seed = 1): string {
  let state = seed;
  const [first, count] = alphabets[kind];
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCodePoint(first + (state % count));
  }).join('');
}
const alphabets = {
  cjk: [0x4e00, 20_000],
  letters: [0x61, 26],
  hangul: [0xac00, 11_000],
  symbols: [0x2200, 256],
  emoji: [0x1f300, 500],
  thai: [0xe01, 46],
  ascii: [0x21, 94],
} as const satisfies Record<string, readonly [number, number]>;
const kinds = Object.keys(alphabets) as (keyof typeof alphabets)[];

function expectBounded({ data, text }: McpAnswer): void {
  expect(countTokens(JSON.stringify(data))).toBeLessThanOrEqual(8_000);
  expect(countTokens(text)).toBeLessThanOrEqual(8_000);
}

test.each(kinds)('counted in parts, %s has no fewer tokens than as a whole, but for a few', async (kind) => {
  for (const length of [1, 63, 64, 65, 200, 3_000]) {
    const text = noise(kind, length, length);
    expect(await countInParts(text)).toBeGreaterThanOrEqual(countTokens(text) - 5);
  }
});

test('an unbroken run takes no time in the square of its length', async () => {
  const start = performance.now();
  await countInParts('x'.repeat(200_000));
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('the name of a special token is a text like any other', async () => {
  expect(await countInParts('<|endoftext|>')).toBeGreaterThan(1);
});

describe.each(storeKinds)('on %s', (store) => {
  let opened: TestStore;
  let gateway: TestGateway;
  let account: TestAccount;
  let mcp: McpTestClient;
  beforeAll(async () => {
    opened = await openTestStore(store);
    gateway = await startGateway(opened.store);
    account = await gateway.account(100_000);
    const key = await createKey(opened.store, {
      accountId: Number(account.user_id),
      approveAbove: 10_000,
      now: gateway.clock.date(),
    });
    mcp = await connectHttp(gateway.url, { apiKey: key!.apiKey });
  });
  afterAll(async () => {
    await mcp?.close();
    await gateway?.close();
    await opened?.close();
  });

  /** A page of places whose every text is as long as it may be. */
  function places(keyword: string, text: string): void {
    const ids = Array.from({ length: 20 }, (_, nth) => `${keyword}-${nth}`);
    gateway.desk.lists.set(keyword, { ids });
    for (const id of ids) gateway.desk.places.set(id, { displayName: { text }, formattedAddress: text });
  }

  test.each(kinds)('an answer full of %s holds at most 8,000 tokens, and the rest is paged', async (kind) => {
    places(kind, noise(kind, 900));
    const first = await mcp.call('places_search', { keyword: kind });
    expectBounded(first);
    expect(first.data).toMatchObject({ truncated: true, credits: 200 });
    const rows = [...first.data.results];
    let cursor = first.data.next_cursor;
    while (cursor !== null) {
      const page = await mcp.call('results', { id: first.data.results_id, cursor });
      expectBounded(page);
      expect(page.data.results.length).toBeGreaterThan(0);
      rows.push(...page.data.results);
      cursor = page.data.next_cursor;
    }
    expect(rows.map(({ place_id }) => place_id)).toEqual(Array.from({ length: 20 }, (_, nth) => `${kind}-${nth}`));
    const all = await mcp.call('results', { id: first.data.results_id, fields: ['place_id'] });
    expect(all.data).toMatchObject({ truncated: false, next_cursor: null });
    expect(all.data.results).toHaveLength(20);
  });

  test('an ordinary page of places is not cut', async () => {
    gateway.desk.lists.set('ordinary', { ids: Array.from({ length: 20 }, (_, nth) => `ordinary-${nth}`) });
    const answer = await mcp.call('places_search', { keyword: 'ordinary' });
    expectBounded(answer);
    expect(answer.data).toMatchObject({ truncated: false, results_id: null });
    expect(answer.data.results).toHaveLength(20);
  });

  test('a row that is too long by itself is shortened, and says where', async () => {
    const text = noise('cjk', 6_000, 9);
    gateway.desk.reviews.set('long', [
      { rating: 5, text: { text, languageCode: 'zh' } },
      { rating: 4, text: { text } },
    ]);
    const answer = await mcp.call('place_reviews', { place_ids: ['long'] });
    expectBounded(answer);
    expect(answer.data.results).toHaveLength(1);
    expect(answer.data).toMatchObject({ truncated: true, next_cursor: null });
    expect(answer.data.results[0].shortened).toEqual(['reviews']);
    const part = await mcp.call('results', { id: answer.data.results_id, fields: ['place_id', 'cached'] });
    expect(part.data).toMatchObject({ results: [{ place_id: 'long', cached: false }], truncated: false });
  });

  test('a kept answer belongs to its account alone, and is gone after a day', async () => {
    places('private', noise('cjk', 900, 5));
    const { data } = await mcp.call('places_search', { keyword: 'private' });
    const stranger = await gateway.account();
    const other = await connectHttp(gateway.url, { apiKey: stranger.api_key });
    expect((await other.call('results', { id: data.results_id })).data.code).toBe('not_found');
    await other.close();
    gateway.clock.advance(24 * 3_600_000 + 1_000);
    expect((await mcp.call('results', { id: data.results_id })).data.code).toBe('not_found');
  });
});
