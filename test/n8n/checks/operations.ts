import assert from 'node:assert/strict';
import { type Check, runByWebhook, type World } from '../world.ts';

type Json = Record<string, unknown>;

interface OperationCase {
  name: string;
  parameters: Json;
  /** The same question put to the gateway directly; `answer` in its data is compared. */
  query: string;
  rows: string | null;
}

const cases: OperationCase[] = [
  {
    name: 'lead: search',
    parameters: { resource: 'lead', operation: 'search', query: 'bakery boston' },
    query: '{ answer: leadSearch(query: "bakery boston") { results { title link description emails phones } } }',
    rows: 'results',
  },
  {
    name: 'website: crawl',
    parameters: { resource: 'website', operation: 'crawl', domain: 'bright-marketing.home.arpa' },
    query:
      '{ answer: websiteCrawl(domain: "bright-marketing.home.arpa") { domain pagesCrawled metadata { title description keywords image } emails allEmails phones socialLinks contacts { kind value e164 confidence evidence { pageUrl method snippet } } } }',
    rows: null,
  },
  {
    name: 'ad: search',
    parameters: { resource: 'ad', operation: 'search', query: 'dentist chicago' },
    query:
      '{ answer: adSpy(query: "dentist chicago") { results { title url adText position searchEngine contactData { emails phones } } } }',
    rows: 'results',
  },
  {
    name: 'place: search',
    parameters: { resource: 'place', operation: 'search', keyword: 'florist austin' },
    query:
      '{ answer: placesSearch(keyword: "florist austin") { results { name address phone website rating placeId businessStatus } } }',
    rows: 'results',
  },
  {
    name: 'place: getReviews',
    parameters: { resource: 'place', operation: 'getReviews', placeId: 'ChIJsandbox001' },
    query: '{ answer: placeReviews(placeId: "ChIJsandbox001") { reviews { authorName rating text time } } }',
    rows: 'reviews',
  },
];

/** Only what the direct question asked for; credits differ, because the second look is cached. */
function sameFields(item: Json, wanted: Json): Json {
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? sameFields(item[key] as Json, value as Json)
        : item[key],
    ]),
  );
}

const operationChecks = cases.map(
  ({ name, parameters, query, rows }): Check => ({
    name: `${name} by webhook gives what the gateway answers`,
    async run(world) {
      const { body, status } = await runByWebhook(world, [{ number: 1 }], { parameters });
      assert.equal(status, 200, JSON.stringify(body));
      const answer = (await world.gateway.ask(query)).answer as Json;
      const wanted = rows === null ? [answer] : (answer[rows] as Json[]);
      assert.ok(wanted.length > 0, 'the gateway answers rows');
      assert.deepEqual(
        body.map((item, index) => sameFields(item, wanted[index] ?? {})),
        wanted,
      );
      for (const item of body) {
        assert.equal(typeof item.creditsUsed, 'number');
        assert.equal(typeof item.creditsRemaining, 'number');
        assert.equal(typeof item.cached, 'boolean');
      }
      return `${body.length} items`;
    },
  }),
);

async function available({ gateway }: World): Promise<number> {
  return ((await gateway.ask('{ account { available } }')).account as { available: number }).available;
}

export const operations: Check[] = [
  ...operationChecks,
  {
    name: 'account: get gives the balance',
    async run(world) {
      const { body } = await runByWebhook(world, [{ number: 1 }], {
        parameters: { resource: 'account', operation: 'get' },
      });
      assert.equal(body[0]?.available, await available(world));
      return undefined;
    },
  },
  {
    name: 'account: quote prices all inputs in one question',
    async run(world) {
      world.wire.reset();
      const { body } = await runByWebhook(world, [{ q: 'bakery boston' }, { q: 'never asked before' }], {
        parameters: {
          resource: 'account',
          operation: 'quote',
          quoteOperation: 'leadSearch',
          quoteInput: '={{ $json.q }}',
        },
      });
      assert.deepEqual(
        body.map(({ max, cached }) => [max, cached]),
        [
          [0, true],
          [10, false],
        ],
      );
      assert.equal(world.wire.calls().length, 1);
      return undefined;
    },
  },
  {
    name: 'five inputs are traced to their outputs',
    async run(world) {
      const trades = ['gym', 'plumber', 'architect', 'dentist', 'restaurant'];
      const inputs = trades.map((trade, number) => ({ number, query: `${trade} seattle` }));
      const { body } = await runByWebhook(
        world,
        inputs,
        { parameters: { resource: 'lead', operation: 'search', query: '={{ $json.query }}', limit: 3 } },
        { trace: true },
      );
      assert.deepEqual(
        body.map(({ of }) => of),
        [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
      );
      for (const { of, row } of body as { of: number; row: Json }[]) {
        const direct = (
          await world.gateway.ask('query ($q: String) { answer: leadSearch(query: $q) { results { link } } }', {
            q: inputs[of]!.query,
          })
        ).answer as { results: { link: string }[] };
        assert.ok(direct.results.slice(0, 3).some(({ link }) => link === row.link));
      }
      return '15 items of 5 inputs';
    },
  },
  {
    name: 'Return All gives every page once and stops at the last',
    async run(world) {
      world.wire.reset();
      const { body } = await runByWebhook(world, [{}], {
        parameters: { resource: 'lead', operation: 'search', query: 'law firm new york', returnAll: true },
      });
      assert.equal(new Set(body.map(({ link }) => link)).size, body.length);
      assert.equal(body.length, 30);
      assert.ok(world.wire.calls().length <= 4);
      return `30 items, ${world.wire.calls().length} calls`;
    },
  },
  {
    name: 'the page cap stops Return All',
    async run(world) {
      world.wire.reset();
      const { body } = await runByWebhook(world, [{}], {
        parameters: {
          resource: 'lead',
          operation: 'search',
          query: 'law firm new york',
          returnAll: true,
          options: { maxPages: 2 },
        },
      });
      assert.equal(body.length, 20);
      assert.equal(world.wire.calls().length, 2);
      return undefined;
    },
  },
  {
    name: 'a limit stops the requests early',
    async run(world) {
      for (const [limit, calls] of [
        [7, 1],
        [15, 2],
      ] as const) {
        world.wire.reset();
        const { body } = await runByWebhook(world, [{}], {
          parameters: { resource: 'lead', operation: 'search', query: 'law firm new york', limit },
        });
        assert.equal(body.length, limit);
        assert.equal(world.wire.calls().length, calls);
      }
      return undefined;
    },
  },
  {
    name: 'places go on by their page token',
    async run(world) {
      const { body } = await runByWebhook(world, [{}], {
        parameters: { resource: 'place', operation: 'search', keyword: 'bakery', limit: 30 },
      });
      assert.equal(body.length, 30);
      assert.equal(new Set(body.map(({ placeId }) => placeId)).size, 30);
      return undefined;
    },
  },
  {
    name: 'raw output is the answer, selected output the named fields',
    async run(world) {
      const parameters = { resource: 'lead', operation: 'search', query: 'bakery boston' };
      const raw = await runByWebhook(world, [{}], { parameters: { ...parameters, options: { output: 'raw' } } });
      assert.equal(raw.body.length, 1);
      assert.equal((raw.body[0]!.coverage as Json).status, 'OK');
      const selected = await runByWebhook(world, [{}], {
        parameters: { ...parameters, options: { output: 'selected', fields: 'title, link' } },
      });
      assert.deepEqual(Object.keys(selected.body[0]!).sort(), [
        'cached',
        'creditsRemaining',
        'creditsUsed',
        'link',
        'title',
      ]);
      return undefined;
    },
  },
  {
    name: 'credits in the output add up to the ledger; a cached call costs nothing',
    async run(world) {
      const before = await available(world);
      const inputs = ['gym boston', 'gym chicago', 'gym boston'].map((query) => ({ query }));
      const searches = await runByWebhook(world, inputs, {
        parameters: { resource: 'lead', operation: 'search', query: '={{ $json.query }}' },
      });
      const places = await runByWebhook(world, [{}], {
        // Another country is another row of the cache, so that details are fetched and paid.
        parameters: {
          resource: 'place',
          operation: 'search',
          keyword: 'architect boston',
          options: { country: 'gb' },
        },
      });
      const sum = [...searches.body, ...places.body].reduce((total, item) => total + Number(item.creditsUsed), 0);
      assert.equal(sum, 220);
      assert.equal(sum, before - (await available(world)));
      assert.equal(
        searches.body.slice(20).reduce((total, item) => total + Number(item.creditsUsed), 0),
        0,
      );
      assert.equal(places.body.at(-1)?.creditsRemaining, await available(world));
      return `${sum} credits`;
    },
  },
  {
    name: 'Max Credits is quoted once for all inputs and never exceeded',
    async run(world) {
      world.wire.reset();
      const before = await available(world);
      const inputs = ['one', 'two', 'three'].map((word) => ({ query: `restaurant ${word}` }));
      const { body } = await runByWebhook(world, inputs, {
        parameters: { resource: 'lead', operation: 'search', query: '={{ $json.query }}', options: { maxCredits: 20 } },
        onError: 'continueRegularOutput',
      });
      const quotes = world.wire.calls().filter(({ query }) => query.includes('quote('));
      assert.equal(quotes.length, 1);
      assert.equal(before - (await available(world)), 20);
      assert.deepEqual(
        body.filter(({ code }) => code !== undefined).map(({ code }) => code),
        ['max_credits_exceeded'],
      );
      const tooMuch = await runByWebhook(world, [{ id: 'ChIJsandbox031' }, { id: 'ChIJsandbox032' }], {
        parameters: {
          resource: 'place',
          operation: 'getReviews',
          placeId: '={{ $json.id }}',
          options: { maxCredits: 9 },
        },
        onError: 'continueRegularOutput',
      });
      assert.match(String(tooMuch.body[0]?.error), /cost at least 10 credits, more than Max Credits \(9\)/);
      assert.equal(before - (await available(world)), 20);
      return undefined;
    },
  },
  {
    name: '100 domains are at most 3 requests, each output with its input',
    async run(world) {
      const found = (
        await world.gateway.ask('{ a: placesSearch(keyword: "dentist") { results { website } nextPageToken } }')
      ).a as { results: { website: string }[] };
      const sites = found.results.map(({ website }) => website).filter((each) => each !== '');
      const inputs = Array.from({ length: 100 }, (_each, number) => ({ number, site: sites[number % sites.length] }));
      world.wire.reset();
      const { body } = await runByWebhook(
        world,
        inputs,
        { parameters: { resource: 'website', operation: 'crawl', domain: '={{ $json.site }}' } },
        { trace: true },
      );
      assert.equal(body.length, 100);
      for (const [index, { of, row }] of (body as { of: number; row: { domain: string } }[]).entries()) {
        assert.equal(of, index);
        assert.equal(new URL(row.domain).hostname, new URL(inputs[index]!.site!).hostname);
      }
      assert.ok(world.wire.calls().length <= 3, `${world.wire.calls().length} requests`);
      return `${world.wire.calls().length} requests`;
    },
  },
  {
    name: 'the first page alone is asked for while nobody touches the limit',
    async run(world) {
      world.wire.reset();
      const { body } = await runByWebhook(world, [{}], {
        parameters: { resource: 'lead', operation: 'search', query: 'law firm new york' },
      });
      assert.equal(body.length, 10);
      assert.equal(world.wire.calls().length, 1);
      return undefined;
    },
  },
  {
    name: 'arguments are taken as objects and lists of one, as agents send them',
    async run(world) {
      for (const query of [
        '={{ {"query": "bakery boston"} }}',
        '={{ ["bakery boston"] }}',
        '{"query":"bakery boston"}',
      ]) {
        const { body } = await runByWebhook(world, [{}], {
          parameters: { resource: 'lead', operation: 'search', query, limit: 5 },
        });
        assert.equal(body.length, 5, JSON.stringify(body));
      }
      return undefined;
    },
  },
];
