import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { load } from 'cheerio';
import { scanPage } from '../../packages/engine/src/contacts/scan-page.ts';
import { fixture, hasFixtures } from '../support/fixtures.ts';

/**
 * How fast one core turns the bytes of real pages into links, metadata and contacts, beside the ways that others take. Every way reads every page once
 * per round; the order of the ways is drawn anew each round, and the medians of the rounds are compared, because the machine is shared; for the same
 * reason it is the thread's own time that counts.
 *
 *   node --expose-gc test/bench/contact-scan.ts [--rounds 9] [--crawlee FOLDER]
 *
 * FOLDER is one where `@crawlee/utils` is installed; it is no dependency of the project.
 */
interface Way {
  name: string;
  read: (page: { body: Uint8Array; text: string; url: string }) => unknown;
}

if (!hasFixtures) {
  console.log('skipped: the folder of real pages is missing (LEADGEN_FIXTURES)');
  process.exit(0);
}
const rounds = Number(argument('--rounds') ?? 9);
const folder = fixture('contacts', 'pages');
const pages = readdirSync(folder).map((file) => {
  const body = readFileSync(join(folder, file));
  return {
    body: new Uint8Array(body),
    text: body.toString('utf8'),
    url: `https://${file.slice(0, 20).replace(/[^a-z]/g, '')}.example/`,
  };
});
const megabytes = pages.reduce((sum, { body }) => sum + body.byteLength, 0) / 1e6;
const decoder = new TextDecoder();
const ways: Way[] = [
  { name: 'scanPage', read: (page) => scanPage({ body: page.body, contentType: 'text/html', url: page.url }) },
  { name: 'TextDecoder alone', read: (page) => decoder.decode(page.body) },
  { name: 'cheerio.load + selectors + text', read: (page) => cheerioWay(decoder.decode(page.body)) },
];
const crawlee = argument('--crawlee');
if (crawlee) {
  const { social } = createRequire(resolve(crawlee, 'package.json'))('@crawlee/utils') as {
    social: { parseHandlesFromHtml: (html: string) => unknown };
  };
  ways.push({
    name: 'Crawlee parseHandlesFromHtml',
    read: (page) => social.parseHandlesFromHtml(decoder.decode(page.body)),
  });
}

const times = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
for (let round = -1; round < rounds; round += 1) {
  for (const way of [...ways].sort(() => Math.random() - 0.5)) {
    // With --expose-gc one way does not pay for the garbage of another.
    globalThis.gc?.();
    const start = process.threadCpuUsage();
    for (const page of pages) way.read(page);
    const { user, system } = process.threadCpuUsage(start);
    // The first round warms up.
    if (round >= 0) times.get(way.name)!.push((user + system) / 1_000);
  }
}
const own = median('scanPage');
console.log(`${pages.length} pages, ${megabytes.toFixed(1)} MB, medians of ${rounds} rounds`);
for (const { name } of ways) {
  const milliseconds = median(name);
  console.log(
    `${name.padEnd(32)} ${milliseconds.toFixed(1).padStart(8)} ms ${(megabytes / (milliseconds / 1000)).toFixed(1).padStart(8)} MB/s   scanPage is ${(milliseconds / own).toFixed(2)} times as fast`,
  );
}

/** What a crawler does with cheerio: links, metadata and the text to search in. */
function cheerioWay(html: string): unknown {
  const $ = load(html);
  const links = $('a[href], area[href]')
    .toArray()
    .map((element) => ({ href: $(element).attr('href'), text: $(element).text() }));
  const metadata = {
    title: $('title').first().text(),
    description: $('meta[name=description]').attr('content'),
    keywords: $('meta[name=keywords]').attr('content'),
    image: $('meta[property="og:image"]').attr('content'),
  };
  $('script, style').remove();
  return { links, metadata, text: $.root().text() };
}

function median(name: string): number {
  const sorted = [...times.get(name)!].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function argument(name: string): string | undefined {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
}
