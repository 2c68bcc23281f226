import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { hashApiKey } from '../../packages/engine/src/accounts/api-key.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createAnswerCache } from '../../packages/engine/src/cache/answer-cache.ts';
import { authenticateAndRead } from '../../packages/engine/src/cache/authenticate-and-read.ts';
import { cacheKey } from '../../packages/engine/src/cache/cache-key.ts';
import { forgetAnswers } from '../../packages/engine/src/cache/forget-answers.ts';
import type { Store } from '../../packages/engine/src/store/store.ts';
import { forEachStore } from '../support/open-test-store.ts';

const fetchedAt = Date.parse('2026-03-04T05:06:07.089Z');
const answer = (key: string, more: { body?: string; fetchedAt?: number } = {}) => ({
  key,
  namespace: 'test',
  accountId: null,
  body: '{"a":"ä\\u0000"}',
  fetchedAt,
  ...more,
});

/** The same store, its statements counted. */
function counting(store: Store): { store: Store; count: () => number } {
  let statements = 0;
  return {
    count: () => statements,
    store: {
      ...store,
      query(statement, values) {
        statements += 1;
        return store.query(statement, values);
      },
    },
  };
}

test('keys differ by name space, owner and every part, and by nothing else', () => {
  const base = { namespace: 'search', parts: ['a b', 'google', 0], scope: null };
  const keys = [
    base,
    { ...base, namespace: 'crawl' },
    { ...base, scope: 7 },
    { ...base, parts: ['a', 'b google', 0] },
    { ...base, parts: ['a b', 'google', '0'] },
    { ...base, parts: ['a b', 'google', 1] },
    { ...base, parts: ['A b', 'google', 0] },
  ].map(cacheKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(cacheKey({ ...base, parts: [...base.parts] })).toBe(keys[0]);
  expect(keys[0]).toBe('89d069ab4132c42afd78e2e05048af8e569d4cacd47dcde0d6173d2e11d0402c');
});

forEachStore((opened) => {
  test('an answer comes back to the letter, with its time, from the database and then from memory', async () => {
    const { store } = opened();
    const key = randomUUID();
    const writer = await createAnswerCache({ store });
    await writer.write(answer(key));
    const counted = counting(store);
    const reader = await createAnswerCache({ store: counted.store });
    expect(reader.peek(key)).toBeNull();
    const first = await reader.read(key);
    expect(first).toEqual({ body: '{"a":"ä\\u0000"}', fetchedAt });
    expect(await reader.read(key)).toBe(first);
    expect(reader.peek(key)).toBe(first);
    expect(counted.count()).toBe(1);
    expect(await reader.read(randomUUID())).toBeNull();
    await writer.close();
    await reader.close();
  });

  test('many keys are one statement, and none where all are in memory', async () => {
    const counted = counting(opened().store);
    const cache = await createAnswerCache({ store: counted.store });
    const keys = Array.from({ length: 20 }, () => randomUUID());
    for (const key of keys.slice(0, 15))
      await opened().store.query(
        {
          name: '',
          text: `insert into answers (key, namespace, fetched_at, body) values ($1::text, 'test', now(), $2::text)`,
        },
        [key, `body of ${key}`],
      );
    const found = await cache.readMany([...keys, keys[0]!]);
    expect(counted.count()).toBe(1);
    expect([...found.keys()].toSorted()).toEqual(keys.slice(0, 15).toSorted());
    await cache.readMany(keys.slice(0, 15));
    expect(counted.count()).toBe(1);
    expect(await cache.readMany([])).toEqual(new Map());
    await cache.close();
  });

  test('a replaced or deleted answer leaves the memory of every process', async () => {
    const { store, openAnother } = opened();
    const key = randomUUID();
    const here = await createAnswerCache({ store });
    const other = await openAnother();
    const there = await createAnswerCache({ store: other });
    await here.write(answer(key, { body: 'old' }));
    expect((await there.read(key))?.body).toBe('old');
    await here.write(answer(key, { body: 'new', fetchedAt: fetchedAt + 1 }));
    await vi.waitFor(async () => expect((await there.read(key))?.body).toBe('new'));
    await forgetAnswers(store, [key]);
    await vi.waitFor(async () => {
      expect(await there.read(key)).toBeNull();
      expect(await here.read(key)).toBeNull();
    });
    await here.close();
    await there.close();
    await other.close();
  });

  test('an older answer never replaces a younger one', async () => {
    const { store } = opened();
    const key = randomUUID();
    const cache = await createAnswerCache({ store });
    await cache.write(answer(key, { body: 'young', fetchedAt: fetchedAt + 5 }));
    await cache.write(answer(key, { body: 'old' }));
    expect((await cache.readStored(key))?.body).toBe('young');
    expect((await cache.read(key))?.body).toBe('young');
    await cache.close();
  });

  test('memory stays below its bytes, and a giant answer is kept out of it', async () => {
    const { store } = opened();
    const cache = await createAnswerCache({ store, bytesMax: 100_000 });
    for (let index = 0; index < 50; index += 1) await cache.write(answer(randomUUID(), { body: 'x'.repeat(4_000) }));
    expect(cache.size().bytes).toBeLessThanOrEqual(100_000);
    expect(cache.size().entries).toBeGreaterThan(5);
    const key = randomUUID();
    await cache.write(answer(key, { body: 'y'.repeat(60_000) }));
    expect(cache.peek(key)).toBeNull();
    expect((await cache.read(key))?.body).toHaveLength(60_000);
    await cache.close();
  });

  test('the caller and the cached answer are one round trip', async () => {
    const counted = counting(opened().store);
    const key = randomUUID();
    await createAccount(opened().store, { userId: 77, credits: 12, apiKey: 'a key', now: new Date(fetchedAt) });
    const cache = await createAnswerCache({ store: opened().store });
    await cache.write(answer(key));
    const found = await authenticateAndRead(counted.store, {
      accountId: 77,
      keyHash: hashApiKey('a key'),
      answerKey: key,
    });
    expect(counted.count()).toBe(1);
    expect(found).toMatchObject({
      account: { id: 77, balance: 12, held: 0 },
      key: { operations: null, approveAbove: 50 },
      answer: { body: '{"a":"ä\\u0000"}', fetchedAt },
    });
    expect(
      await authenticateAndRead(counted.store, { accountId: 78, keyHash: hashApiKey('a key'), answerKey: null }),
    ).toEqual({ account: null, key: null, answer: null });
    await cache.close();
  });
});
