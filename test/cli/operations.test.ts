import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { runLeadgen, startLeadgen } from '../support/run-leadgen.ts';

// The sandbox answers; its demo account is the only one and pays.
let place: Place;
beforeAll(async () => {
  place = await openPlace();
});
afterAll(() => place?.close());
const leadgen = (...args: string[]) => runLeadgen(place.environment, args);

test('a search is billed to the only account, and its second time comes from the cache for nothing', async () => {
  const first = await leadgen('search', 'marketing agency new york', '--json');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.json()).toMatchObject({
    query: 'marketing agency new york',
    search_engine: 'google',
    results_count: 10,
    credits: { used: 10, remaining: 990, cached: false, charges: [{ credits: 10 }] },
    coverage: { status: 'OK', pages_tried: 1 },
  });
  const again = await leadgen('search', 'marketing agency new york', '--json', '--cache-only');
  expect(again.json().credits).toMatchObject({ used: 0, remaining: 990, cached: true });
  const csv = await leadgen('search', 'marketing agency new york', '--csv');
  expect(csv.stdout.split('\n')[0]).toBe('title,link,description,emails,phones');
  const table = await leadgen('search', 'marketing agency new york');
  expect(table.stdout).toContain('0 credits (from the cache), 990 left');
});

test('parameters have flags of their names, and a wrong one is told by its flag', async () => {
  const answer = await leadgen(
    'search',
    'dentist',
    '--engine',
    'bing',
    '--page',
    '1',
    '--results-per-page',
    '3',
    '--json',
  );
  expect(answer.json()).toMatchObject({ search_engine: 'bing', page: 1 });
  const wrong = await leadgen('search', 'dentist', '--engine', 'altavista');
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toMatch(/^invalid_param: .*--engine/);
  const ads = await leadgen('ads', 'marketing agency', '--no-history', '--json');
  expect(ads.json()).toMatchObject({ historical_count: 0 });
});

test('a ceiling that the price could exceed stops a call, uncharged', async () => {
  const stopped = await leadgen('search', 'bakery', '--max-credits', '3', '--json');
  expect(stopped).toMatchObject({ code: 1, stdout: '' });
  expect(JSON.parse(stopped.stderr).error.code).toBe('max_credits_exceeded');
});

test('places name the token of their next page, and a place has reviews', async () => {
  const places = (await leadgen('places', 'restaurants new york', '--max-credits', '20', '--json')).json();
  expect(places).toMatchObject({ results_count: 2, partial: true, credits: { used: 20 } });
  const table = await leadgen('places', 'restaurants new york', '--max-credits', '0');
  expect(table.stdout).toMatch(/Next page: --page-token \S+/);
  const reviews = (await leadgen('reviews', places.results[0].place_id, '--json')).json();
  expect(reviews).toMatchObject({ cached: false, credits: { used: 5 } });
});

test('many web sites are crawled in the order given, and what failed is told without stopping the rest', async () => {
  const file = join(place.folder, 'domains.txt');
  await writeFile(file, '# a comment\nsignal-marketing.home.arpa\n\n127.0.0.1\n');
  const crawled = await leadgen('crawl', 'bright-marketing.home.arpa', '--file', file, '--json');
  expect(crawled.code).toBe(1);
  const { results } = crawled.json();
  expect(results.map(({ input }: { input: string }) => input)).toEqual([
    'bright-marketing.home.arpa',
    'signal-marketing.home.arpa',
    '127.0.0.1',
  ]);
  expect(results[0].contacts[0].evidence[0]).toHaveProperty('page_url');
  expect(results[2]).toMatchObject({ error: { code: 'invalid_param' } });
  // No progress where nobody watches: the only line is the error.
  expect(JSON.parse(crawled.stderr).error.code).toBe('crawl_error');
  const csv = await leadgen('crawl', 'bright-marketing.home.arpa', '127.0.0.1', '--csv');
  expect(csv.stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^input,status,error_code,credits_used,domain,/),
    expect.stringMatching(/^bright-marketing\.home\.arpa,ok,,0,/),
    expect.stringMatching(/^127\.0\.0\.1,error,invalid_param,0,/),
  ]);
  const table = await leadgen('crawl', 'bright-marketing.home.arpa');
  expect(table.stdout).toMatch(/mailto.*https:\/\/bright-marketing/);
});

test('one live page per engine is judged', async () => {
  const doctor = (await leadgen('doctor', 'serp', '--json')).json();
  expect(doctor.ok).toBe(true);
  expect(doctor.engines.map(({ engine }: { engine: string }) => engine)).toEqual([
    'google',
    'bing',
    'yahoo',
    'duckduckgo',
  ]);
});

test('what commands were billed is in the ledger, and nothing stays held, even after Ctrl-C', async () => {
  const command = startLeadgen(place.environment, [
    'crawl',
    'quiet-plumbing.home.arpa',
    'harbor-bakery.home.arpa',
    '--json',
  ]);
  setTimeout(() => command.signal('SIGINT'), 1_500);
  await command.ended;
  const { entries } = (await leadgen('ledger', '1', '--json')).json();
  const account = (await leadgen('account', 'show', '1', '--json')).json();
  const sum = entries.reduce((total: number, { amount }: { amount: number }) => total + amount, 0);
  expect(account).toMatchObject({ balance: sum, held: 0 });
});

test('where several accounts are open, the payer must be named', async () => {
  await leadgen('account', 'create', '--user-id', '123', '--credits', '50');
  const unnamed = await leadgen('search', 'architects');
  expect(unnamed).toMatchObject({ code: 1, stdout: '' });
  expect(unnamed.stderr).toContain('There are 2 accounts');
  const named = await leadgen('search', 'architects', '--user-id', '123', '--json');
  expect(named.json().credits.remaining).toBe(40);
});
