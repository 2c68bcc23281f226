import { type ContactKind, f1, scoreContacts } from '../test/support/score-contacts.ts';

/** Prints how well contacts are found on the labelled pages; `--details` names every miss. */
const scores = scoreContacts();
const details = process.argv.includes('--details');
console.log('kind          right  wrong  missing     F1');
for (const kind of ['emails', 'phones', 'socialLinks'] satisfies ContactKind[]) {
  const score = scores[kind];
  console.log(
    `${kind.padEnd(12)} ${String(score.right).padStart(6)} ${String(score.wrong.length).padStart(6)} ${String(score.missing.length).padStart(8)}  ${f1(score).toFixed(4)}`,
  );
}
if (details) {
  for (const [kind, { wrong, missing }] of Object.entries(scores)) {
    for (const each of wrong) console.log(`${kind} wrong    ${each}`);
    for (const each of missing) console.log(`${kind} missing  ${each}`);
  }
}
