import { readdirSync, readFileSync } from 'node:fs';
import { readResultPage } from '@leadgen/engine';
import { load } from 'cheerio';
import { load as loadSlim } from 'cheerio/slim';
import { fixture, hasFixtures } from '../support/fixtures.ts';
import { engineAddress, engines } from '../support/score-serp.ts';

/**
 * How long it takes to read a result page (tree, results, ads, class), beside `cheerio.load` of the same page alone. Ways take turns on each page,
 * and medians of rounds are compared, because the machine is shared. Bar: at most 1.3 times `cheerio.load`, on every page.
 *
 *   node test/bench/serp-parse.ts [--rounds 15]
 */
if (!hasFixtures) {
  console.log('skipped: the folder of real pages is missing (LEADGEN_FIXTURES)');
  process.exit(0);
}
const rounds = Number(process.argv[process.argv.indexOf('--rounds') + 1] ?? 15) || 15;
const ratios: { file: string; own: number; toCheerio: number; toSlim: number }[] = [];
for (const engine of engines) {
  for (const file of readdirSync(fixture('serp', engine)).filter((each) => each.endsWith('.html'))) {
    const html = readFileSync(fixture('serp', engine, file), 'utf8');
    const page = { engine, html, url: engineAddress[engine], status: 200, contentType: 'text/html' };
    const ways = [() => readResultPage(page), () => load(html), () => loadSlim(html)];
    const times = ways.map((): number[] => []);
    for (let round = -2; round < rounds; round += 1) {
      for (const [index, way] of ways.entries()) {
        const started = performance.now();
        way();
        // The first rounds warm up.
        if (round >= 0) times[index]!.push(performance.now() - started);
      }
    }
    const [own, cheerio, slim] = times.map(median) as [number, number, number];
    ratios.push({ file, own, toCheerio: own / cheerio, toSlim: own / slim });
    console.log(
      `${file.padEnd(46)} ${own.toFixed(2).padStart(7)} ms   ${(own / cheerio).toFixed(2)} × cheerio.load   ${(own / slim).toFixed(2)} × cheerio/slim load (htmlparser2)`,
    );
  }
}
const worst = ratios.reduce((a, b) => (b.toCheerio > a.toCheerio ? b : a));
console.log(
  `${ratios.length} pages: median ${median(ratios.map((each) => each.toCheerio)).toFixed(2)} × cheerio.load, worst ${worst.toCheerio.toFixed(2)} (${worst.file}); ` +
    `median ${median(ratios.map((each) => each.toSlim)).toFixed(2)} × cheerio/slim load`,
);

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
