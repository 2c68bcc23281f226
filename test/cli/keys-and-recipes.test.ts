import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { runLeadgen } from '../support/run-leadgen.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.close());
const leadgen = (...args: string[]) => runLeadgen(place.environment, args);

test('a key that clients already use is taken from standard input', async () => {
  const args = ['account', 'create', '--user-id', '124', '--credits', '9', '--api-key', '-', '--json'];
  const created = await runLeadgen(place.environment, args, { input: 'LEGACY-key.1\n' });
  expect(created.json()).toEqual({ user_id: 124, api_key: 'LEGACY-key.1', balance: 9 });
});

test('no more credits are taken away than are free', async () => {
  expect((await leadgen('account', 'grant', '124', '-4', '--json')).json().balance).toBe(5);
  const refused = await leadgen('account', 'grant', '124', '-6');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('has 5 credits available');
  const { entries } = (await leadgen('ledger', '124', '--limit', '1', '--json')).json();
  expect(entries).toMatchObject([{ kind: 'adjust', amount: -4, balance_after: 5 }]);
});

test('a further key has its own limits and can be revoked', async () => {
  const args = ['--name', 'shop', '--cap', '40', '--operations', 'crawl,search', '--approve-above', '9', '--json'];
  const created = (await leadgen('key', 'create', '124', ...args)).json();
  expect(Object.keys(created)).toEqual(['prefix', 'api_key', 'cap', 'operations', 'approve_above']);
  expect(created).toMatchObject({ cap: 40, operations: ['crawl', 'search'], approve_above: 9 });
  const { keys } = (await leadgen('key', 'list', '124', '--json')).json();
  expect(keys).toHaveLength(2);
  expect(keys[1]).toMatchObject({ prefix: created.prefix, name: 'shop', cap: 40, used_this_month: 0 });
  const revoked = await leadgen('key', 'revoke', created.prefix, '--json');
  expect(revoked.json()).toEqual({ prefix: created.prefix, revoked: true });
  expect(await leadgen('key', 'revoke', created.prefix)).toMatchObject({ code: 1 });
});

test("recipes are everybody's or an account's own", async () => {
  const saved = await leadgen('recipe', 'set', 'dentists', 'dentist "@gmail.com"', '--json');
  expect(saved.json()).toEqual({ code: 'dentists', query: 'dentist "@gmail.com"', user_id: null });
  await leadgen('recipe', 'set', 'dentists', 'dentist berlin', '--user-id', '124');
  const own = (await leadgen('recipe', 'list', '--user-id', '124', '--json')).json();
  expect(own.recipes).toEqual([{ code: 'dentists', query: 'dentist berlin', user_id: 124 }]);
  expect((await leadgen('recipe', 'remove', 'dentists', '--json')).json()).toMatchObject({ removed: true });
  expect((await leadgen('recipe', 'list', '--json')).json()).toEqual({ recipes: [] });
  const missing = await leadgen('recipe', 'remove', 'dentists');
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toMatch(/^invalid_code: [^\n]*\n$/);
});

test('wrong usage is told in one line and ends with 2', async () => {
  const wrong = await leadgen('account', 'show', 'abc', '--json');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(JSON.parse(wrong.stderr).error.code).toBe('usage');
  const unknown = await runLeadgen({ ...place.environment, LEADGEN_NONSENSE: '1' }, ['migrate']);
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toMatch(/^invalid_setting: LEADGEN_NONSENSE[^\n]*\n$/);
});
