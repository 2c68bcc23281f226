import { describe, expect, test } from 'vitest';
import {
  type AskedPerson,
  connectHttp,
  connectStdio,
  type Era,
  eras,
  type McpAnswer,
  type McpTestClient,
} from '../support/mcp-client.ts';
import { openPlace, type Place } from '../support/open-place.ts';
import { runLeadgen } from '../support/run-leadgen.ts';

/** One list of cases over every way in; each way has an account of its own, in the same state. */
const cases: [name: string, tool: string, given: Record<string, unknown>][] = [
  ['a search', 'lead_search', { query: 'coffee roasters' }],
  ['the same from the cache', 'lead_search', { query: 'coffee roasters' }],
  ['a search that is cut to a limit', 'lead_search', { query: 'bakeries', engine: 'bing', limit: 3 }],
  ['sites, one of them not there', 'website_crawl', { domains: ['bright-marketing.home.arpa', 'nowhere.invalid'] }],
  ['places under a ceiling', 'places_search', { keyword: 'plumber', max_credits: 30 }],
  ['reviews', 'place_reviews', { place_ids: ['sandbox-place-1'] }],
  ['ads', 'ad_spy', { query: 'plumbers' }],
  ['their history', 'ad_history', { query: 'plumbers' }],
  ['prices', 'quote', {}],
  ['a quote', 'quote', { inputs: [{ tool: 'lead_search', arguments: { query: 'coffee roasters' } }] }],
  ['a ceiling that is too low', 'lead_search', { query: 'florists', max_credits: 1 }],
  ['a wrong argument', 'lead_search', { question: 'x' }],
  ['a missing argument', 'ad_spy', {}],
  ['an unknown answer', 'results', { id: '00000000-0000-0000-0000-000000000000' }],
  // The last one: where nobody can be asked, it costs nothing.
  ['places above what the key may spend', 'places_search', { keyword: 'dentist' }],
];

describe('the same cases give the same answers', () => {
  /** By way in: what each case answered. */
  const answers = new Map<string, Map<string, McpAnswer>>();
  const person: AskedPerson = () => 'accept';

  async function play(
    way: string,
    connect: (place: Place, era: Era) => Promise<McpTestClient>,
    era: Era,
  ): Promise<void> {
    const place = await openPlace({ hasGateway: way !== 'stdio, local' });
    try {
      const mcp = await connect(place, era);
      const mine = new Map<string, McpAnswer>();
      for (const [name, tool, given] of cases) mine.set(name, withoutTimes(await mcp.call(tool, given)));
      answers.set(`${way} ${era}`, mine);
      // Nothing but the protocol is printed.
      if (way !== 'http') expect(mcp.faults).toEqual([]);
      await mcp.close();
    } finally {
      await place.close();
    }
  }

  const ways: Record<string, (place: Place, era: Era) => Promise<McpTestClient>> = {
    http: (place, era) => connectHttp(place.gateway!.url, { apiKey: 'demo', era, person }),
    'stdio, local': (place, era) => connectStdio({ ...place.environment, LEADGEN_API_KEY: 'demo' }, { era, person }),
    'stdio, local beside a gateway': (place, era) =>
      connectStdio({ ...place.environment, LEADGEN_API_KEY: 'demo' }, { era, person }),
    'stdio, gateway': (place, era) =>
      connectStdio({ LEADGEN_BASE_URL: place.gateway!.url, LEADGEN_API_KEY: 'demo' }, { era, person }),
  };

  for (const [way, connect] of Object.entries(ways)) {
    // What differs beside a gateway is the way to the store, whatever is spoken.
    const spoken = way === 'stdio, local beside a gateway' ? eras.slice(1) : eras;
    for (const era of spoken) test(`${way}, ${era} answers`, () => play(way, connect, era), 120_000);
  }

  test.each(cases.map(([name]) => name))('%s', (name) => {
    const given = [...answers.keys()];
    expect(given).toHaveLength(7);
    // Without sessions the revision before can't put a question to a person over HTTP (docs/decisions/mcp.md).
    const isAsked = name === 'places above what the key may spend';
    const [first, ...others] = given.filter((way) => !isAsked || way !== 'http 2025-11-25');
    const expected = answers.get(first!)!.get(name);
    for (const way of others) expect(answers.get(way)!.get(name), way).toEqual(expected);
    if (isAsked) expect(answers.get('http 2025-11-25')!.get(name)?.data.code).toBe('approval_required');
  });
});

test('`leadgen mcp` without a key, or with one that does not work, says so and ends', async () => {
  const place = await openPlace({ hasGateway: false });
  const without = await runLeadgen(place.environment, ['mcp']);
  expect(without).toMatchObject({ code: 1, stdout: '' });
  expect(without.stderr).toContain('LEADGEN_API_KEY');
  const wrong = await runLeadgen({ ...place.environment, LEADGEN_API_KEY: 'wrong-key-of-nobody' }, ['mcp']);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toContain('invalid_api_key');
  expect(wrong.stderr).not.toContain('wrong-key-of-nobody');
  await place.close();
});

test('`leadgen mcp` against a gateway that is not there says so and ends', async () => {
  const gone = await runLeadgen({ LEADGEN_BASE_URL: 'http://127.0.0.1:9', LEADGEN_API_KEY: 'secret-key' }, ['mcp']);
  expect(gone).toMatchObject({ code: 1, stdout: '' });
  expect(gone.stderr).toContain('http://127.0.0.1:9');
  expect(gone.stderr).not.toContain('secret-key');
});

/** Two plays of a case are minutes apart; what they tell of time, and of this machine's ports, differs. */
function withoutTimes(answer: McpAnswer): McpAnswer {
  const text = JSON.stringify(answer)
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/sandbox-\d+-\d+-\d+/g, 'TOKEN')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST');
  return JSON.parse(text) as McpAnswer;
}
