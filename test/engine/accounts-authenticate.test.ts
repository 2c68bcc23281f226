import { expect, test } from 'vitest';
import { accountOfKey } from '../../packages/engine/src/accounts/account-of-key.ts';
import { hashApiKey, keyPrefix, newApiKey } from '../../packages/engine/src/accounts/api-key.ts';
import { createAuthenticator } from '../../packages/engine/src/accounts/authenticate.ts';
import { closeAccount } from '../../packages/engine/src/accounts/close-account.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { createKey } from '../../packages/engine/src/accounts/create-key.ts';
import { listKeys } from '../../packages/engine/src/accounts/list-keys.ts';
import { revokeKey } from '../../packages/engine/src/accounts/revoke-key.ts';
import { rotateKey } from '../../packages/engine/src/accounts/rotate-key.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { hold } from '../../packages/engine/src/credits/hold.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { settle } from '../../packages/engine/src/credits/settle.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const signal = new AbortController().signal;
const { log } = createTestLog();
let lastUser = 0;
const nextUser = () => {
  lastUser += 1;
  return lastUser;
};

test('new keys are random, printable, known by their beginning, and stored as a hash', () => {
  const keys = new Set(Array.from({ length: 100 }, newApiKey));
  expect(keys.size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^lg_[\w-]{43}$/);
  expect(hashApiKey('demo')).toBe('2a97516c354b68848cdbd8f54a226a0a55b21ed138e207ad6c5cbb9c00aa5aea');
  expect(keyPrefix('lg_0123456789abcdef0123456789abcdef')).toBe('lg_01234567');
  expect(keyPrefix('demo')).toBe('d');
  expect(keyPrefix('\0\n\u{1f600}'.repeat(3))).toBe('??\u{1f600}');
});

forEachStore((opened) => {
  const at = Date.parse('2026-03-04T05:06:07Z');
  async function authenticatorAt() {
    const clock = createTestClock({ at });
    const authenticator = await createAuthenticator({ store: opened().store, clock, log });
    const code = (apiKey: string, userId: number) =>
      authenticator.authenticate({ apiKey, userId }, signal).then(
        () => 'ok',
        (error: { code?: string }) => error.code,
      );
    return { clock, authenticator, code };
  }

  test('E4: another user’s key, a wrong one and a missing account are refused alike', async () => {
    const { store } = opened();
    const [one, two] = [nextUser(), nextUser()];
    const now = new Date(at);
    const { apiKey } = (await createAccount(store, { userId: one, credits: 9, now }))!;
    await createAccount(store, { userId: two, now });
    const { authenticator, code } = await authenticatorAt();
    expect(await authenticator.authenticate({ apiKey, userId: one }, signal)).toEqual({
      id: one,
      keyId: expect.any(Number),
      operations: null,
      balance: 9,
      held: 0,
      approveAbove: 50,
    });
    expect(await code(apiKey, two)).toBe('invalid_api_key');
    expect(await code(`${apiKey}x`, one)).toBe('invalid_api_key');
    expect(await code('', one)).toBe('invalid_api_key');
    expect(await code(apiKey, 9_007_199_254_740_991)).toBe('invalid_api_key');
    await authenticator.close();
  });

  test('an account is created once, with any key that a client already uses', async () => {
    const { store } = opened();
    const userId = nextUser();
    const apiKey = 'schlüssel "7" \u0001 %00';
    expect(await createAccount(store, { userId, credits: 5, apiKey, now: new Date(at) })).toEqual({
      userId,
      apiKey,
      balance: 5,
    });
    expect(await createAccount(store, { userId, credits: 5, now: new Date(at) })).toBeNull();
    for (const bad of ['', 'x'.repeat(2_049)]) {
      const refused = createAccount(store, { userId: 999, apiKey: bad, now: new Date(at) });
      await expect(refused).rejects.toMatchObject({ code: 'invalid_param' });
    }
    const { authenticator, code } = await authenticatorAt();
    expect(await code(apiKey, userId)).toBe('ok');
    expect(await showAccount(store, userId)).toMatchObject({ balance: 5, keys: [{ createdAt: new Date(at) }] });
    await authenticator.close();
  });

  test('a rotated key is refused at once by a process that knew it, and the new one works', async () => {
    const { store } = opened();
    const userId = nextUser();
    const { apiKey } = (await createAccount(store, { userId, now: new Date(at) }))!;
    const further = (await createKey(store, { accountId: userId, now: new Date(at) }))!;
    const { authenticator, code } = await authenticatorAt();
    expect(await code(apiKey, userId)).toBe('ok');
    expect(authenticator.knows({ apiKey, userId })).not.toBeNull();
    const rotated = (await rotateKey(store, { accountId: userId, now: new Date(at) }))!;
    await expect.poll(() => code(apiKey, userId)).toBe('invalid_api_key');
    expect(await code(further.apiKey, userId)).toBe('invalid_api_key');
    expect(await code(rotated.apiKey, userId)).toBe('ok');
    expect(await rotateKey(store, { accountId: nextUser(), now: new Date(at) })).toBeNull();
    await authenticator.close();
  });

  test('without a notification a known key is looked up again after five seconds', async () => {
    const { store } = opened();
    const userId = nextUser();
    const { apiKey } = (await createAccount(store, { userId, now: new Date(at) }))!;
    const { clock, authenticator, code } = await authenticatorAt();
    expect(await code(apiKey, userId)).toBe('ok');
    await store.query({ name: '', text: 'update api_keys set revoked_at = now() where account_id = $1::bigint' }, [
      userId,
    ]);
    clock.advance(4_999);
    expect(await code(apiKey, userId)).toBe('ok');
    clock.advance(1);
    expect(await code(apiKey, userId)).toBe('invalid_api_key');
    await authenticator.close();
  });

  test('a closed account is refused, and its balance stays in the books', async () => {
    const { store } = opened();
    const userId = nextUser();
    const { apiKey } = (await createAccount(store, { userId, credits: 8, now: new Date(at) }))!;
    const { authenticator, code } = await authenticatorAt();
    expect(await code(apiKey, userId)).toBe('ok');
    expect(await closeAccount(store, { accountId: userId, now: new Date(at) })).toBe(true);
    expect(await closeAccount(store, { accountId: userId, now: new Date(at) })).toBe(false);
    await expect.poll(() => code(apiKey, userId)).toBe('invalid_api_key');
    expect(await showAccount(store, userId)).toMatchObject({ balance: 8, closedAt: new Date(at), keys: [] });
    expect(await createKey(store, { accountId: userId, now: new Date(at) })).toBeNull();
    await authenticator.close();
  });

  test('a key is found by itself, unless several accounts have it', async () => {
    const { store } = opened();
    const [one, two] = [nextUser(), nextUser()];
    await createAccount(store, { userId: one, apiKey: `key of ${one}`, now: new Date(at) });
    expect(await accountOfKey(store, `key of ${one}`)).toBe(one);
    await createAccount(store, { userId: two, apiKey: `key of ${one}`, now: new Date(at) });
    expect(await accountOfKey(store, `key of ${one}`)).toBeNull();
    expect(await accountOfKey(store, 'nobody’s')).toBeNull();
  });

  test('a key has its own ceiling in a calendar month, its own operations, and can be revoked by its beginning', async () => {
    const { store } = opened();
    const userId = nextUser();
    const january = new Date('2026-01-31T23:59:59Z');
    const february = new Date('2026-02-01T00:00:00Z');
    await createAccount(store, { userId, credits: 1_000, now: january });
    const made = (await createKey(store, {
      accountId: userId,
      name: 'search only',
      cap: 15,
      operations: ['search'],
      approveAbove: 7,
      now: january,
    }))!;
    const { authenticator, code } = await authenticatorAt();
    const account = await authenticator.authenticate({ apiKey: made.apiKey, userId }, signal);
    expect(account).toMatchObject({ operations: ['search'], approveAbove: 7 });

    const spend = async (amount: number, cost: number, now: Date) => {
      const holdId = crypto.randomUUID();
      const held = await hold(store, {
        holdId,
        accountId: userId,
        keyId: account.keyId,
        amount,
        operation: 'search',
        requestId: 'request',
        gatewayId: crypto.randomUUID(),
        now,
        expiresAt: new Date(now.getTime() + 300_000),
      });
      if (held) await settle(store, { holdId, cost, charges: [], now });
      return held?.held ?? null;
    };
    expect(await spend(10, 10, january)).toBe(10);
    expect(await spend(10, 5, january)).toBe(5);
    expect(await spend(10, 1, january)).toBeNull();
    const listed = async (now: Date) => (await listKeys(store, { accountId: userId, now })).at(-1);
    expect(await listed(january)).toMatchObject({ name: 'search only', cap: 15, usedThisMonth: 15, approveAbove: 7 });
    expect(await listed(february)).toMatchObject({ usedThisMonth: 0 });
    expect(await spend(10, 3, february)).toBe(10);
    expect(await listed(february)).toMatchObject({ usedThisMonth: 3 });
    expect(await showAccount(store, userId)).toMatchObject({ balance: 982, held: 0 });
    expect(await ledgerViolations(store)).toEqual([]);

    expect(await revokeKey(store, { prefix: 'lg_nobody', now: february })).toEqual({ revoked: false, matching: 0 });
    expect(await revokeKey(store, { prefix: made.prefix, now: february })).toEqual({ revoked: true, matching: 1 });
    await expect.poll(() => code(made.apiKey, userId)).toBe('invalid_api_key');
    await authenticator.close();
  });

  test('a beginning that several keys share revokes none of them', async () => {
    const { store } = opened();
    const userId = nextUser();
    await createAccount(store, {
      userId,
      apiKey: `same-start-${userId}-and-one-more-thing-at-its-end`,
      now: new Date(at),
    });
    await store.query(
      {
        name: '',
        text: `insert into api_keys (account_id, hash, prefix, created_at) values ($1::bigint, 'x', 'same-start-', now())`,
      },
      [userId],
    );
    const revoked = await revokeKey(store, { prefix: 'same-start-', accountId: userId, now: new Date(at) });
    expect(revoked).toEqual({ revoked: false, matching: 2 });
  });

  test('an account has at most a hundred keys that work', async () => {
    const { store } = opened();
    const userId = nextUser();
    await createAccount(store, { userId, now: new Date(at) });
    for (let index = 0; index < 99; index += 1) await createKey(store, { accountId: userId, now: new Date(at) });
    expect(await createKey(store, { accountId: userId, now: new Date(at) })).toBeNull();
    expect(await listKeys(store, { accountId: userId, now: new Date(at) })).toHaveLength(100);
  });
});
