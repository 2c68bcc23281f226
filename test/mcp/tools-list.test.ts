import { countTokens } from 'gpt-tokenizer';
import { expect, test } from 'vitest';
import { operations } from '../../packages/engine/src/operations/index.ts';
import { paidTools, tools } from '../../packages/graphql-gateway/src/mcp/tools.ts';

test('all descriptions and schemas together are at most 2,000 tokens', () => {
  expect(countTokens(JSON.stringify({ tools }))).toBeLessThanOrEqual(2_000);
});

test('the nine tools of the contract, each with a title, annotations and an output schema', () => {
  expect(tools.map(({ name }) => name)).toEqual([
    'lead_search',
    'website_crawl',
    'places_search',
    'place_reviews',
    'ad_spy',
    'ad_history',
    'quote',
    'batch_submit',
    'results',
  ]);
  for (const tool of tools) {
    expect(tool.title).toMatch(/^[A-Z]/);
    expect(tool.outputSchema.properties).toHaveProperty('results');
    expect(typeof tool.annotations.readOnlyHint).toBe('boolean');
    expect(typeof tool.annotations.idempotentHint).toBe('boolean');
  }
});

test('every operation has a tool of its name', () => {
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  expect([...paidTools.keys()].sort()).toEqual(operations.map(({ name }) => snake(name)).sort());
});

test('every tool that can cost something takes max_credits, and no other', () => {
  const paid = [...paidTools.keys(), 'batch_submit'];
  for (const { name, inputSchema } of tools) {
    expect('max_credits' in inputSchema.properties, name).toBe(paid.includes(name));
  }
});

test('only what is free is marked as reading alone', () => {
  const readOnly = tools.filter(({ annotations }) => annotations.readOnlyHint).map(({ name }) => name);
  expect(readOnly).toEqual(['ad_history', 'quote', 'results']);
});

test('arguments, limits and defaults are those of the operations', () => {
  const search = tools.find(({ name }) => name === 'lead_search')!.inputSchema.properties;
  const { parameters } = operations.find(({ name }) => name === 'leadSearch')!;
  const engine = parameters.engine!;
  expect(search.engine).toMatchObject({ enum: engine.kind === 'choice' && engine.values, default: 'google' });
  expect(search.limit).toMatchObject({ minimum: 1, maximum: 100, default: 10 });
});
