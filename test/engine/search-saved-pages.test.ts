import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createPageSaver, type UnknownPage } from '../../packages/engine/src/serp/save-unknown-page.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestLog } from '../support/test-log.ts';

const page = (html: string): UnknownPage => ({
  engine: 'google',
  provider: 'scraperapi',
  url: 'https://www.google.com/search?q=coffee&api_key=0123456789abcdef',
  status: 200,
  contentType: 'text/html',
  html: Buffer.from(html),
});

async function setUp() {
  const folder = join(await mkdtemp(join(tmpdir(), 'leadgen-saved-')), 'pages');
  const clock = createTestClock({ at: Date.UTC(2026, 2, 1) });
  const { log, lines } = createTestLog();
  const savePage = createPageSaver({ folder, clock, log, secrets: ['s3cr3t+key/value'] });
  return { folder, clock, lines, savePage };
}

it('saves a page under its time and engine, without keys in address or body', async () => {
  const { folder, savePage } = await setUp();
  await savePage(
    page('<p>--&gt; <a href="/x?api_key=abcdefgh1234&amp;q=1">s3cr3t+key/value s3cr3t%2Bkey%2Fvalue</a>é</p>'),
  );
  const [name] = await readdir(folder);
  expect(name).toMatch(/^2026-03-01T00-00-00\.000Z-google-\d+-1\.html$/);
  const text = await readFile(join(folder, name!), 'utf8');
  expect(text).toContain('q=coffee');
  expect(text).toContain('é');
  expect(text).not.toMatch(/0123456789abcdef|abcdefgh1234|s3cr3t/);
  expect((await stat(join(folder, name!))).mode & 0o077).toBe(0);
});

it('keeps at most 50 pages and 100 MB, the newest ones', async () => {
  const { folder, clock, savePage } = await setUp();
  for (let index = 0; index < 60; index += 1) {
    clock.advance(1000);
    await savePage(page(`<p>page ${index}</p>`));
  }
  const names = (await readdir(folder)).sort();
  expect(names).toHaveLength(50);
  expect(names[0]).toContain('T00-00-11');
  await writeFile(join(folder, '2026-01-01-large.html'), Buffer.alloc(100 * 1024 * 1024));
  await savePage(page('<p>one more</p>'));
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100 * 1024 * 1024);
});

it('cuts a huge page, and saves many at once one after the other', async () => {
  const { folder, savePage } = await setUp();
  const huge = page('x'.repeat(20 * 1024 * 1024));
  await Promise.all(Array.from({ length: 3 }, () => savePage(huge)));
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThan(6 * 1024 * 1024);
});

it('never throws where the folder cannot be written', async () => {
  const { folder, lines } = await setUp();
  await writeFile(folder, 'a file in the way');
  const { log } = createTestLog();
  await createPageSaver({ folder: join(folder, 'below'), clock: createTestClock(), log })(page('x'));
  expect(lines).toEqual([]);
});
