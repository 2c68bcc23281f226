import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Every decision on how the reference is read: group, and how many of them there are. */
const groups: Record<string, number> = { C: 24, E: 20, P: 14, H: 14, B: 32 };

/** Those that cannot be seen from outside. */
const withoutTest: Record<string, string> = {
  H13: 'the lifetimes are those of the current table, which H5 and H14 hold against the clock',
};

test('every decision has a conformance test that bears its name', async () => {
  const names = new Set<string>();
  for (const file of await readdir(import.meta.dirname)) {
    if (!/^conformance-.*\.test\.ts$/.test(file)) continue;
    const source = await readFile(`${import.meta.dirname}/${file}`, 'utf8');
    for (const [, ids] of source.matchAll(/\btest\(\s*['"`]([A-Z]\d+(?: and [A-Z]\d+)*) (?!to )/g)) {
      for (const id of ids!.split(' and ')) names.add(id);
    }
  }
  const wanted = Object.entries(groups).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}${index + 1}`),
  );
  expect(wanted.filter((id) => !names.has(id) && !(id in withoutTest))).toEqual([]);
  expect([...names].filter((id) => !wanted.includes(id) || id in withoutTest)).toEqual([]);
});
