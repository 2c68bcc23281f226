import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { groupCalls } from '../../packages/engine/src/group-calls.ts';

test('what comes while calls are under way goes together, in its order and never in one that has begun', async () => {
  const groups: number[][] = [];
  const call = groupCalls(
    async (numbers: readonly number[]) => {
      groups.push([...numbers]);
      await sleep(10);
      return numbers.map((number) => number * 2);
    },
    { sizeMax: 3, atOnceMax: 1 },
  );
  expect(await Promise.all([1, 2, 3, 4, 5].map(call))).toEqual([2, 4, 6, 8, 10]);
  expect(groups).toEqual([[1], [2, 3, 4], [5]]);
});

test('of a group that fails only the one at fault fails', async () => {
  const call = groupCalls(
    async (numbers: readonly number[]) => {
      await sleep(1);
      if (numbers.includes(3)) throw new Error('three');
      return numbers;
    },
    { sizeMax: 10, atOnceMax: 1 },
  );
  const ends = await Promise.allSettled([1, 2, 3, 4].map(call));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});
