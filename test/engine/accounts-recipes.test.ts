import { expect, test } from 'vitest';
import { createAuthenticator } from '../../packages/engine/src/accounts/authenticate.ts';
import { createAccount } from '../../packages/engine/src/accounts/create-account.ts';
import { importAccounts, importRecipes } from '../../packages/engine/src/accounts/import-lines.ts';
import { listAccounts } from '../../packages/engine/src/accounts/list-accounts.ts';
import { listRecipes, removeRecipe, resolveRecipe, setRecipe } from '../../packages/engine/src/accounts/recipes.ts';
import { revokeKey } from '../../packages/engine/src/accounts/revoke-key.ts';
import { showAccount } from '../../packages/engine/src/accounts/show-account.ts';
import { ledgerViolations } from '../../packages/engine/src/credits/invariant.ts';
import { forEachStore } from '../support/open-test-store.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const now = new Date('2026-03-04T05:06:07Z');
const signal = new AbortController().signal;

async function* lines(...texts: unknown[]): AsyncIterable<string> {
  for (const text of texts) yield typeof text === 'string' ? text : JSON.stringify(text);
}

forEachStore((opened) => {
  test('an account’s recipe hides everybody’s of the same code, for that account alone', async () => {
    const { store } = opened();
    await createAccount(store, { userId: 1, now });
    await createAccount(store, { userId: 2, now });
    expect(await setRecipe(store, { accountId: null, code: ' dentists ', query: 'dentist "new york"', now })).toBe(
      true,
    );
    expect(await setRecipe(store, { accountId: 1, code: 'dentists', query: 'zahnarzt wien', now })).toBe(true);
    expect(await resolveRecipe(store, { accountId: 1, code: 'dentists' })).toBe('zahnarzt wien');
    expect(await resolveRecipe(store, { accountId: 2, code: ' dentists' })).toBe('dentist "new york"');
    expect(await resolveRecipe(store, { accountId: 2, code: 'Dentists' })).toBeNull();
    expect(await removeRecipe(store, { accountId: 1, code: 'dentists' })).toBe(true);
    expect(await removeRecipe(store, { accountId: 1, code: 'dentists' })).toBe(false);
    expect(await resolveRecipe(store, { accountId: 1, code: 'dentists' })).toBe('dentist "new york"');
  });

  test('a recipe set again is replaced, and one of an unknown account is refused', async () => {
    const { store } = opened();
    for (const query of ['first', 'second']) await setRecipe(store, { accountId: 2, code: 'x', query, now });
    expect(await listRecipes(store, { accountId: 2 })).toEqual([{ accountId: 2, code: 'x', query: 'second' }]);
    expect(await listRecipes(store, { accountId: null })).toHaveLength(1);
    expect(await setRecipe(store, { accountId: 999, code: 'x', query: 'y', now })).toBe(false);
  });

  test('an empty or overlong recipe is refused in words', async () => {
    const { store } = opened();
    for (const recipe of [
      { code: ' ', query: 'x' },
      { code: 'x', query: '' },
      { code: 'x'.repeat(101), query: 'x' },
      { code: 'x', query: 'x'.repeat(2_049) },
      { code: 'x', query: 'a\0b' },
    ]) {
      await expect(setRecipe(store, { accountId: null, ...recipe, now })).rejects.toMatchObject({
        code: 'invalid_param',
      });
    }
  });

  test('an import of accounts can be repeated: no credits twice, no key that was revoked comes back', async () => {
    const { store } = opened();
    const file = () =>
      lines(
        { user_id: 101, api_key: 'one-hundred-and-one', balance: 40 },
        '',
        { user_id: 101, api_key: 'a second key of the same user' },
        { user_id: 102, balance: 3 },
        'no JSON',
        { user_id: 0, api_key: 'x' },
        { user_id: 103, api_key: 'x', balance: -5 },
      );
    expect(await importAccounts(store, file(), { now })).toMatchObject({
      lines: 6,
      created: 3,
      unchanged: 0,
      failed: [{ line: 5 }, { line: 6 }, { line: 7 }],
    });
    await revokeKey(store, { prefix: 'one-hu', accountId: 101, now });
    expect(await importAccounts(store, file(), { now })).toMatchObject({ created: 0, unchanged: 3 });
    expect(await showAccount(store, 101)).toMatchObject({ balance: 40 });
    const clock = createTestClock();
    const authenticator = await createAuthenticator({ store, clock, log: createTestLog().log });
    await expect(
      authenticator.authenticate({ apiKey: 'one-hundred-and-one', userId: 101 }, signal),
    ).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
    const second = { apiKey: 'a second key of the same user', userId: 101 };
    expect(await authenticator.authenticate(second, signal)).toMatchObject({ id: 101, balance: 40 });
    expect((await listAccounts(store, { afterId: 100 })).map(({ userId, balance }) => [userId, balance])).toEqual([
      [101, 40],
      [102, 3],
    ]);
    expect(await ledgerViolations(store)).toEqual([]);
    await authenticator.close();
  });

  test('an import of recipes can be repeated, and says what is wrong with which line', async () => {
    const { store } = opened();
    const file = () =>
      lines(
        { code: 'r1', query: 'q1' },
        { code: 'r1', query: 'mine', user_id: 102 },
        { code: 'r2' },
        { code: 'r3', query: 'q', user_id: 555 },
      );
    for (const _ of [1, 2]) {
      const report = await importRecipes(store, file(), { now });
      expect(report).toMatchObject({ lines: 4, created: 2, failed: [{ line: 3 }, { line: 4 }] });
    }
    expect(await resolveRecipe(store, { accountId: 102, code: 'r1' })).toBe('mine');
    expect(await resolveRecipe(store, { accountId: 101, code: 'r1' })).toBe('q1');
  });
});
