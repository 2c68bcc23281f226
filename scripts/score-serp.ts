import { engines, scoreSerp, serpF1 } from '../test/support/score-serp.ts';

/** Prints how well saved result pages are read; `--details` names every miss. */
const pages = scoreSerp();
for (const { file, page, expectedClass, organic, ads } of pages) {
  const judged = page.pageClass === expectedClass ? page.pageClass : `${page.pageClass} ≠ ${expectedClass}`;
  console.log(
    `${file.padEnd(48)} ${judged.padEnd(14)} ${page.layout.padEnd(22)} organic ${organic.right}/${organic.right + organic.missing.length} +${organic.wrong.length}  ads ${ads.right}/${ads.right + ads.missing.length} +${ads.wrong.length}  labels ${page.adLabelCount}`,
  );
  if (!process.argv.includes('--details')) continue;
  for (const [kind, { wrong, missing }] of Object.entries({ organic, ads })) {
    for (const each of wrong) console.log(`    ${kind} wrong   ${each.slice(0, 150)}`);
    for (const each of missing) console.log(`    ${kind} missing ${each.slice(0, 150)}`);
  }
}
for (const engine of engines) {
  console.log(
    `organic F1 ${engine.padEnd(11)} ${serpF1(pages.filter((each) => each.engine === engine).map((each) => each.organic)).toFixed(4)}`,
  );
}
console.log(`organic F1 all         ${serpF1(pages.map((each) => each.organic)).toFixed(4)}`);
console.log(`ads F1 all             ${serpF1(pages.map((each) => each.ads)).toFixed(4)}`);
