import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { runLeadgen } from '../support/run-leadgen.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace({ isPostgres: true });
});
afterAll(() => place?.close());

const leadgen = (...args: string[]) => runLeadgen(place.environment, args);
async function file(name: string, lines: (object | string)[]): Promise<string> {
  const path = join(place.folder, name);
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

test('accounts keep the keys that their clients use, and come over once', async () => {
  const path = await file('accounts.jsonl', [{ user_id: 7, api_key: 'old-key-of-seven', balance: 40 }, { user_id: 8 }]);
  expect((await leadgen('import', 'accounts', path, '--json')).json()).toEqual({
    lines: 2,
    created: 2,
    unchanged: 0,
    failed: [],
  });
  expect((await leadgen('import', 'accounts', path, '--json')).json()).toMatchObject({ created: 0, unchanged: 2 });
  const parameters = new URLSearchParams({
    user_id: '7',
    api_key: 'old-key-of-seven',
    domain: 'bright-marketing.home.arpa',
  });
  const answer = await fetch(`${place.gateway?.url}/api/v1/crawl.php?${parameters}`);
  expect(answer.status).toBe(200);
});

test('recipes come over, and a bad line is told with its number and does not stop the rest', async () => {
  const path = await file('recipes.jsonl', [
    { code: 'a', query: 'one' },
    '{',
    { code: 'b', query: 'two', user_id: 999 },
  ]);
  const imported = await leadgen('import', 'recipes', path, '--json');
  expect(imported.code).toBe(1);
  expect(imported.json()).toMatchObject({ lines: 3, created: 1, failed: [{ line: 2 }, { line: 3 }] });
});

test('ads come over with their own dates (H12), and once', async () => {
  const ad = {
    search_engine: 'google',
    query: 'imported agency',
    position: 1,
    title: 'An old ad',
    url: 'https://bright-marketing.home.arpa/offer',
    ad_text: 'From long ago.',
    first_seen: '2024-11-02 10:00:00',
    last_seen: '2025-01-05 11:30:00',
  };
  const path = await file('ads.jsonl', [ad, { ...ad, title: '', url: '' }]);
  const imported = await leadgen('import', 'ads', path, '--json');
  expect(imported.json()).toMatchObject({ lines: 2, created: 1, unchanged: 0, failed: [{ line: 2 }] });
  expect((await leadgen('import', 'ads', path, '--json')).json()).toMatchObject({ created: 0, unchanged: 1 });
  const { results } = (await leadgen('ads', 'imported agency', '--user-id', '1', '--json')).json();
  const old = results.find(({ title }: { title: string }) => title === 'An old ad');
  expect(old).toMatchObject({ first_seen: '2024-11-02T10:00:00.000Z', last_seen: '2025-01-05T11:30:00.000Z' });
});

test('a file that is not there is told by its name', async () => {
  const missing = await leadgen('import', 'ads', '/nowhere/ads.jsonl');
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toContain('/nowhere/ads.jsonl: there is no such file');
});
