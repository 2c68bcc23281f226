import { expect, test } from 'vitest';
import { createAuthenticator } from '../../packages/engine/src/accounts/authenticate.ts';
import { closeAccount } from '../../packages/engine/src/accounts/close-account.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { ledgerEntries } from '../../packages/engine/src/credits/ledger.ts';
import { LeadGenError } from '../../packages/engine/src/errors.ts';
import type { LicenceVerdict, LicenceVerifier } from '../../packages/engine/src/ports/licence-verifier.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const hour = 3_600_000;
const at = Date.parse('2026-03-04T05:06:07Z');
const { log } = createTestLog();
const signal = new AbortController().signal;
let lastUser = 0;

forEachStore((opened) => {
  /** A process whose licence service says what `verdict` says, or throws. */
  async function start(verdict: () => LicenceVerdict | Promise<LicenceVerdict>) {
    lastUser += 1;
    const userId = lastUser;
    const clock = createTestClock({ at });
    let asked = 0;
    const licence: LicenceVerifier = {
      name: 'test',
      async verify() {
        asked += 1;
        return verdict();
      },
    };
    const authenticator = await createAuthenticator({ store: opened().store, clock, log, licence, openingCredits: 25 });
    const code = (apiKey = 'licence') =>
      authenticator.authenticate({ apiKey, userId }, signal).then(
        () => 'ok',
        (error: { code?: string }) => error.code,
      );
    return { clock, userId, code, authenticator, asked: () => asked };
  }
  const valid = (more: { expiresAt?: number | null; freshSeconds?: number } = {}): LicenceVerdict => ({
    valid: true,
    expiresAt: null,
    freshSeconds: 300,
    ...more,
  });

  test('the first success opens an account with the opening credits, once', async () => {
    const { store } = opened();
    const { userId, authenticator, asked } = await start(() => valid());
    const accounts = await Promise.all(
      Array.from({ length: 20 }, () => authenticator.authenticate({ apiKey: 'licence', userId }, signal)),
    );
    expect(accounts[7]).toMatchObject({ id: userId, keyId: null, balance: 25, operations: null });
    expect(asked()).toBe(1);
    expect(await ledgerEntries(store, { accountId: userId })).toMatchObject([{ kind: 'grant', amount: 25 }]);
    await authenticator.close();
  });

  test('a verdict is kept for its time, then asked for again', async () => {
    const { clock, code, authenticator, asked } = await start(() => valid({ freshSeconds: 60 }));
    expect(await code()).toBe('ok');
    clock.advance(59_999);
    expect(await code()).toBe('ok');
    expect(asked()).toBe(1);
    clock.advance(6_000);
    expect(await code()).toBe('ok');
    expect(asked()).toBe(2);
    await authenticator.close();
  });

  test('no verdict is believed for more than fifteen minutes, nor past the end of the licence', async () => {
    const long = await start(() => valid({ freshSeconds: 86_400 }));
    expect(await long.code()).toBe('ok');
    long.clock.advance(900_001);
    await long.code();
    expect(long.asked()).toBe(2);
    await long.authenticator.close();

    const ending = await start(() => valid({ expiresAt: at + 60_000 }));
    expect(await ending.code()).toBe('ok');
    ending.clock.advance(60_001);
    expect(await ending.code()).toBe('invalid_api_key');
    await ending.authenticator.close();
  });

  test('a refusal is kept for a minute at most and opens no account', async () => {
    const { store } = opened();
    let verdict: LicenceVerdict = { valid: false, freshSeconds: 3_600 };
    const { clock, userId, code, authenticator, asked } = await start(() => verdict);
    expect(await code()).toBe('invalid_api_key');
    expect(await code()).toBe('invalid_api_key');
    expect(asked()).toBe(1);
    expect(await showAccount(store, userId)).toBeNull();
    verdict = valid();
    clock.advance(60_000);
    expect(await code()).toBe('ok');
    await authenticator.close();
  });

  test('while the service is out, known keys are let in for a day and unknown ones get 503, never a false refusal', async () => {
    let out = false;
    const { clock, userId, code, authenticator } = await start(() => {
      if (out) throw new LeadGenError('auth_error');
      return valid();
    });
    expect(await code()).toBe('ok');
    out = true;
    clock.advance(hour);
    expect(await code()).toBe('ok');
    expect(await code('another')).toBe('auth_error');
    clock.advance(22 * hour);
    expect(await code()).toBe('ok');
    clock.advance(2 * hour);
    expect(await code()).toBe('auth_error');
    out = false;
    expect(await code()).toBe('ok');
    expect(await code('another')).toBe('ok');
    expect(userId).toBe(lastUser);
    await authenticator.close();
  });

  test('an outage does not outlive the licence, and any fault of the check is 503', async () => {
    let out = false;
    const { clock, code, authenticator } = await start(() => {
      if (out) throw new TypeError('nonsense came back');
      return valid({ expiresAt: at + hour });
    });
    expect(await code()).toBe('ok');
    out = true;
    clock.advance(hour / 2);
    expect(await code()).toBe('ok');
    clock.advance(hour);
    expect(await code()).toBe('auth_error');
    await authenticator.close();
  });

  test('a webhook drops what is known of a user', async () => {
    let verdict: LicenceVerdict = valid();
    const { userId, code, authenticator } = await start(() => verdict);
    expect(await code()).toBe('ok');
    verdict = { valid: false, freshSeconds: 60 };
    expect(await code()).toBe('ok');
    authenticator.forget(userId);
    expect(await code()).toBe('invalid_api_key');
    await authenticator.close();
  });

  test('keys that were issued here work without the service; a closed account stays closed', async () => {
    const { store } = opened();
    const { userId, code, authenticator, asked } = await start(() => valid());
    await createAccount(store, { userId, apiKey: 'ours', now: new Date(at) });
    expect(await code('ours')).toBe('ok');
    expect(asked()).toBe(0);
    await closeAccount(store, { accountId: userId, now: new Date(at) });
    await expect.poll(() => code('ours')).toBe('invalid_api_key');
    expect(await code()).toBe('invalid_api_key');
    await authenticator.close();
  });
});
