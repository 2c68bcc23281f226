import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPlace, type Place } from '../support/open-place.ts';
import { runLeadgen } from '../support/run-leadgen.ts';

// A SearXNG whose results are out to harm the terminal and the spreadsheet of whoever looks at them.
const results = [
  {
    title: '\u001b[31mRed\u001b[0m \u001b]0;owned\u0007title\u009b2J',
    url: 'https://one.org/',
    content: 'left \u202eright\u2066 \u0000\u0008back\r\nnext line\u2028more',
  },
  { title: '=HYPERLINK("http://evil.org")', url: 'https://two.org/', content: ' \u0007=1+1' },
  { title: '+41 44', url: 'https://three.org/', content: '@SUM(A1)' },
  { title: '-2+3', url: 'https://four.org/', content: '\t=2' },
];

let searxng: Server;
let place: Place;
beforeAll(async () => {
  searxng = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  });
  await new Promise<void>((resolve) => searxng.listen(0, '127.0.0.1', resolve));
  const { port } = searxng.address() as AddressInfo;
  place = await openPlace({ settings: { SEARXNG_URL: `http://127.0.0.1:${port}` }, isLive: true });
  await runLeadgen(place.environment, ['account', 'create', '--user-id', '5', '--credits', '100']);
});
afterAll(async () => {
  await place?.close();
  searxng?.close();
});

const leadgen = (...args: string[]) => runLeadgen(place.environment, args);
/** Everything that a terminal would obey, but for the line break. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test('control characters never reach the terminal, in any form of the answer', async () => {
  const table = await leadgen('search', 'evil');
  expect(table.code).toBe(0);
  expect(table.stdout).not.toMatch(dangerous);
  expect(table.stdout).toContain('Red');
  const csv = await leadgen('search', 'evil', '--csv');
  expect(csv.stdout).not.toMatch(dangerous);
  expect(csv.stdout).toContain('left right back next line more');
  const json = await leadgen('search', 'evil', '--json');
  expect(json.stdout).not.toMatch(dangerous);
  // A program gets the text as it was, escaped.
  expect(json.json().results[0].description).toContain('\u202e');
});

test('no cell of a CSV is a formula', async () => {
  const { stdout } = await leadgen('search', 'evil', '--csv');
  expect(stdout).toContain(`"'=HYPERLINK(""http://evil.org"")",https://two.org/,'=1+1`);
  expect(stdout).toContain(`'+41 44,https://three.org/,'@SUM(A1)`);
  expect(stdout).toContain(`'-2+3,https://four.org/,'=2`);
});

test('an error that repeats foreign text is one harmless line', async () => {
  const { stderr } = await leadgen('crawl', 'a\u001b[2Jb\nc\u202e');
  expect(stderr.replace(/\n$/, '')).not.toMatch(dangerous);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
