import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectHttp, connectStdio, type McpAnswer } from '../support/mcp-client.ts';
import { openPlace, type Place } from '../support/open-place.ts';

let place: Place;
let readme: string;
beforeAll(async () => {
  place = await openPlace();
  readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
});
afterAll(() => place?.close());

/** The calls of the README's table of prompts, row by row. */
function recipe(): { tool: string; given: Record<string, unknown> }[][] {
  const [, table = ''] = readme.split('| prompt | calls |');
  const rows = table.split('\n').slice(2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      [...line.matchAll(/`(\w+) (\{.*?\})`/g)].map(([, tool, given]) => ({ tool: tool!, given: JSON.parse(given!) })),
    );
}

test("the README's three prompts are answered on the sandbox as it says", async () => {
  const mcp = await connectHttp(place.gateway!.url, { apiKey: 'demo' });
  const answers: McpAnswer[][] = [];
  for (const calls of recipe()) {
    const mine: McpAnswer[] = [];
    for (const { tool, given } of calls) mine.push(await mcp.call(tool, given));
    answers.push(mine);
  }
  await mcp.close();
  expect(answers.flat().filter(({ isError }) => isError)).toEqual([]);
  const [prices, bakeries, ads] = answers;
  expect(prices![1]!.data.results).toMatchObject([{ tool: 'places_search', max: 500 }]);
  expect(bakeries![0]!.data).toMatchObject({ credits: 30, results: [{ name: 'Honey Bakery' }, {}, {}] });
  for (const { emails } of bakeries![1]!.data.results) expect(emails.length).toBeGreaterThan(0);
  expect(ads![0]!.data.results.length).toBeGreaterThan(0);
  expect(ads![1]!.data.results[0]).toMatchObject({ change: 'new', is_active: true });
});

test('the command of the README starts a server', async () => {
  const [, json] = /Claude Desktop[\s\S]*?```json\n([\s\S]*?)```/.exec(readme)!;
  const { args, env } = JSON.parse(json!).mcpServers.leadgen;
  expect(args).toEqual(['/path/to/leadgen-engine/packages/graphql-gateway/leadgen.mjs', 'mcp']);
  const mcp = await connectStdio({ ...env, LEADGEN_BASE_URL: place.gateway!.url }, { era: '2025-11-25' });
  expect((await mcp.client.listTools()).tools).toHaveLength(9);
  await mcp.close();
});
