import assert from 'node:assert/strict';
import { chain, leadGen, node } from '../workflows.ts';
import { activate, type Check, type CheckCase, createWorkflow, openHook, runByWebhook, type World } from '../world.ts';

type Json = Record<string, unknown>;

const submit = (more: Json = {}) => ({
  resource: 'batch',
  operation: 'submit',
  batchOperation: 'websiteCrawl',
  batchInput: '={{ $json.site }}',
  ...more,
});
const get = { resource: 'batch', operation: 'get', batchId: '={{ $json.id }}' };
const getResults = (more: Json = {}) => ({
  resource: 'batch',
  operation: 'getResults',
  batchId: '={{ $json.id }}',
  returnAll: true,
  ...more,
});

const sites = ['bright-marketing', 'compass-marketing', 'golden-crust-bakery'].map((name) => `${name}.home.arpa`);
const unknownId = '00000000-0000-4000-8000-000000000000';

/** Sends a batch by the node and waits for its end; answers its document. */
async function finished(world: World, inputs: object[], more: Json, each: Partial<CheckCase> = {}): Promise<Json> {
  const options = { waitSeconds: 240, ...((more.options as Json | undefined) ?? {}) };
  const { body, status } = await runByWebhook(world, inputs, { parameters: submit({ ...more, options }), ...each });
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.length, 1);
  assert.equal(body[0]?.status, 'done', JSON.stringify(body));
  return body[0]!;
}

const batchCount = async ({ gateway }: World) =>
  ((await gateway.ask('{ batches(first: 100) { nodes { id } } }')).batches as { nodes: object[] }).nodes.length;

/** Without what only one of the two doors tells: the bill. */
function withoutBill({ creditsUsed, creditsRemaining, cached, index, input, ...fields }: Json): Json {
  return fields;
}

async function credentialOf(world: World, data: { userId: string; apiKey: string }) {
  const { id, name } = await world.n8n.data<{ id: string; name: string }>('POST', '/rest/credentials', {
    name: 'Another account',
    type: 'leadGenApi',
    data: { baseUrl: world.wire.url, ...data },
  });
  return { id, name };
}

const sameAsOperation: {
  operation: string;
  batch: Json;
  direct: Json;
  inputs: Json[];
}[] = [
  {
    operation: 'websiteCrawl',
    batch: { batchInput: '={{ $json.site }}' },
    direct: { resource: 'website', operation: 'crawl', domain: '={{ $json.site }}' },
    inputs: sites.map((site) => ({ site })),
  },
  {
    operation: 'leadSearch',
    batch: { batchInput: '={{ $json.query }}', options: { arguments: '{"engine":"bing","resultsPerPage":5}' } },
    direct: { resource: 'lead', operation: 'search', query: '={{ $json.query }}', engine: 'bing', resultsPerPage: 5 },
    inputs: [{ query: 'bakery boston' }, { query: 'gym austin' }],
  },
  {
    operation: 'placeReviews',
    batch: { inputsFrom: 'item' },
    direct: { resource: 'place', operation: 'getReviews', placeId: '={{ $json.placeId }}' },
    inputs: [{ placeId: 'ChIJsandbox001', customer: 7 }],
  },
  {
    operation: 'placesSearch',
    batch: { inputsFrom: 'item' },
    direct: { resource: 'place', operation: 'search', keyword: '={{ $json.keyword }}' },
    inputs: [{ keyword: 'florist chicago' }],
  },
];

export const batches: Check[] = [
  {
    name: 'batch: submit makes one batch of all items, and answers its document',
    async run(world) {
      world.wire.reset();
      const inputs = sites.map((site) => ({ site }));
      const { body, execution } = await runByWebhook(world, inputs, { parameters: submit() });
      assert.equal(body.length, 1, JSON.stringify(body));
      const { id, operation, total, status } = body[0]!;
      assert.deepEqual([typeof id, operation, total], ['string', 'websiteCrawl', 3]);
      assert.match(String(status), /^(?:queued|running|done)$/);
      const posts = world.wire.calls().filter(({ query }) => query === 'POST /batches');
      assert.equal(posts.length, 1);
      assert.deepEqual(
        posts[0]?.variables.inputs,
        sites.map((domain) => ({ domain })),
      );
      assert.deepEqual(execution.nodes.LeadGen!.outputs[0]![0]!.pairedItem, [{ item: 0 }, { item: 1 }, { item: 2 }]);
      return undefined;
    },
  },
  {
    name: 'batch: get tells how far it is, and waits for its end where that is asked for',
    async run(world) {
      const sent = await runByWebhook(world, [{ site: sites[0] }, { site: 'http://192.168.0.1' }], {
        parameters: submit(),
      });
      const { body } = await runByWebhook(world, [{ id: sent.body[0]!.id }], {
        parameters: { ...get, options: { waitSeconds: 60 } },
      });
      const { id, status, total, done, failed, creditsUsed } = body[0]!;
      assert.deepEqual([id, status, total, done, failed], [sent.body[0]!.id, 'done', 2, 1, 1]);
      assert.equal(typeof creditsUsed, 'number');
      return undefined;
    },
  },
  ...sameAsOperation.map(
    ({ operation, batch, direct, inputs }): Check => ({
      name: `batch: results of ${operation} are the items that the operation itself gives`,
      async run(world) {
        const { id } = await finished(world, inputs, { batchOperation: operation, ...batch });
        const results = await runByWebhook(world, [{ id }], { parameters: getResults() });
        const wanted = await runByWebhook(world, inputs, { parameters: { ...direct, returnAll: false } });
        assert.ok(results.body.length >= inputs.length, JSON.stringify(results.body));
        assert.deepEqual(results.body.map(withoutBill), wanted.body.map(withoutBill));
        for (const { index, input } of results.body as { index: number; input: Json }[]) {
          for (const [name, value] of Object.entries(inputs[index]!)) {
            if (batch.inputsFrom === 'item') assert.equal(input[name], value);
          }
        }
        return `${results.body.length} items`;
      },
    }),
  ),
  {
    name: 'batch: credits of the results add up to those of the batch and to the ledger',
    async run(world) {
      const available = async () =>
        ((await world.gateway.ask('{ account { available } }')).account as { available: number }).available;
      const before = await available();
      const { id, creditsUsed } = await finished(world, [{ q: 'plumber reno' }, { q: 'plumber fargo' }], {
        batchOperation: 'leadSearch',
        batchInput: '={{ $json.q }}',
      });
      const { body } = await runByWebhook(world, [{ id }], { parameters: getResults() });
      const sum = body.reduce((total, item) => total + Number(item.creditsUsed), 0);
      assert.equal(sum, creditsUsed);
      assert.equal(sum, before - (await available()));
      assert.ok(sum > 0);
      return `${sum} credits`;
    },
  },
  {
    name: 'batch: limit and Start At take the results in parts; raw and selected output',
    async run(world) {
      const { id } = await finished(
        world,
        sites.map((site) => ({ site })),
        {},
      );
      const ask = async (more: Json) => (await runByWebhook(world, [{ id }], { parameters: getResults(more) })).body;
      const first = await ask({ returnAll: false, limit: 2 });
      assert.deepEqual(
        first.map(({ index }) => index),
        [0, 1],
      );
      const rest = await ask({ returnAll: false, limit: 2, options: { startAt: 2 } });
      assert.deepEqual(
        rest.map(({ index }) => index),
        [2],
      );
      const [raw] = await ask({ options: { output: 'raw' } });
      assert.deepEqual(Object.keys(raw!).sort(), ['creditsUsed', 'data', 'index', 'input']);
      assert.ok(Array.isArray((raw!.data as Json).all_emails));
      const [selected] = await ask({ options: { output: 'selected', fields: 'emails, metadata.title' } });
      assert.deepEqual(Object.keys(selected!).sort(), ['creditsUsed', 'emails', 'index', 'input', 'metadata.title']);
      return undefined;
    },
  },
  {
    name: 'batch: failed inputs are kept, left out, or go to the error output',
    async run(world) {
      const inputs = [{ site: sites[0] }, { site: 'http://192.168.0.1' }, { site: '' }];
      const { id, done, failed, creditsUsed } = await finished(world, inputs, {});
      assert.deepEqual([done, failed], [1, 2]);
      const run = (each: Partial<CheckCase> & { options?: Json }) =>
        runByWebhook(world, [{ id }], { parameters: getResults({ options: each.options ?? {} }), ...each });

      const kept = await run({});
      assert.equal(kept.execution.status, 'success');
      assert.deepEqual(
        kept.body.map(({ index, code, httpCode, retryable }) => [index, code, httpCode, retryable]),
        [
          [0, undefined, undefined, undefined],
          [1, 'invalid_param', 400, false],
          [2, 'missing_param', 400, false],
        ],
      );
      assert.deepEqual(kept.body[1]!.input, { domain: 'http://192.168.0.1' });
      assert.equal(typeof kept.body[1]!.error, 'string');

      const dropped = await run({ options: { errorRows: 'drop' } });
      assert.equal(dropped.body.length, 1);

      const split = await run({ onError: 'continueErrorOutput' });
      const [good, bad] = split.execution.nodes.LeadGen!.outputs;
      assert.deepEqual([good?.length, bad?.length], [1, 2]);
      const { details } = bad![0]!.json as { details: Json };
      assert.deepEqual([details.code, details.index, details.httpCode], ['invalid_param', 1, 400]);
      return `${creditsUsed} credits`;
    },
  },
  {
    name: 'batch: inputs beyond the credits are rows of their own, uncharged',
    async run(world) {
      const credential = await credentialOf(world, { userId: '77', apiKey: await world.gateway.openAccount(77, 10) });
      const inputs = ['one', 'two', 'three'].map((word) => ({ q: `hotel ${word}` }));
      const order = { batchOperation: 'leadSearch', batchInput: '={{ $json.q }}' };
      const { id, done, failed, creditsUsed } = await finished(world, inputs, order, { credential });
      assert.deepEqual([done, failed, creditsUsed], [1, 2, 10]);
      const { body } = await runByWebhook(world, [{ id }], { parameters: getResults(), credential });
      const codes = body.filter(({ error }) => error !== undefined).map(({ code, httpCode }) => [code, httpCode]);
      assert.deepEqual(codes, [
        ['insufficient_credits', 402],
        ['insufficient_credits', 402],
      ]);

      const foreign = await runByWebhook(world, [{ id }], { parameters: get, onError: 'continueRegularOutput' });
      assert.deepEqual([foreign.body[0]?.code, foreign.body[0]?.httpCode], ['not_found', 404]);
      return undefined;
    },
  },
  {
    name: 'batch: Max Credits is a ceiling on the whole batch',
    async run(world) {
      const inputs = ['four', 'five', 'six'].map((word) => ({ q: `hotel ${word}` }));
      const { id, creditsUsed, failed } = await finished(world, inputs, {
        batchOperation: 'leadSearch',
        batchInput: '={{ $json.q }}',
        options: { maxCredits: 20 },
      });
      assert.deepEqual([creditsUsed, failed], [20, 1]);
      const { body } = await runByWebhook(world, [{ id }], { parameters: getResults() });
      assert.deepEqual(
        body.filter(({ code }) => code !== undefined).map(({ code }) => code),
        ['max_credits_exceeded'],
      );
      return undefined;
    },
  },
  ...(['get', 'getResults'] as const).map(
    (operation): Check => ({
      name: `batch: ${operation} of an unknown or missing id gives the gateway's words, in all modes`,
      async run(world) {
        const parameters = operation === 'get' ? get : getResults();
        const inputs = [{ id: unknownId }, { id: '' }, { id: 'no/id?' }];
        const stopped = await runByWebhook(world, inputs, { parameters });
        assert.equal(stopped.execution.status, 'error');
        const { error } = stopped.execution.nodes.LeadGen!;
        assert.deepEqual([error?.httpCode, error?.context?.itemIndex], ['404', 0]);
        assert.match(error?.message ?? '', /no such batch/i);
        const { body } = await runByWebhook(world, inputs, { parameters, onError: 'continueRegularOutput' });
        assert.deepEqual(
          body.map(({ code, httpCode }) => [code, httpCode]),
          [
            ['not_found', 404],
            ['missing_param', 400],
            ['not_found', 404],
          ],
        );
        return error?.message;
      },
    }),
  ),
  {
    name: "batch: a bad key, a bad address and bad arguments are refused with the gateway's words",
    async run(world) {
      const credential = await credentialOf(world, { userId: '1', apiKey: 'wrong' });
      const inputs = [{ site: sites[0] }, { site: sites[1] }];
      const before = await batchCount(world);
      for (const parameters of [submit(), get, getResults()]) {
        const { body } = await runByWebhook(world, [{ ...inputs[0], id: unknownId }], {
          parameters,
          credential,
          onError: 'continueRegularOutput',
        });
        assert.deepEqual([body[0]?.code, body[0]?.httpCode], ['invalid_api_key', 401], JSON.stringify(body));
      }
      for (const [options, says] of [
        [{ webhookUrl: 'http://10.0.0.1/hook' }, /webhookUrl/],
        [{ webhookUrl: 'ftp://example.com' }, /webhookUrl/],
        [{ maxCredits: 1.5 }, /maxCredits/],
        [{ maxCredits: 'many' }, /A number that is not negative is expected for Max Credits/],
        [{ arguments: 'no json' }, /JSON object is expected for Further Arguments/],
      ] as const) {
        const { body, execution } = await runByWebhook(world, inputs, {
          parameters: submit({ options }),
          onError: 'continueErrorOutput',
        });
        const [good, bad] = execution.nodes.LeadGen!.outputs;
        assert.deepEqual([good?.length, bad?.length], [0, 1], JSON.stringify(body));
        assert.match(String(bad![0]!.json.error), says);
      }
      const lists = await runByWebhook(world, [{ site: ['a', 'b'] }], { parameters: submit() });
      assert.match(lists.execution.nodes.LeadGen!.error?.message ?? '', /single value is expected for domain/);
      assert.equal(await batchCount(world), before);
      return undefined;
    },
  },
  {
    name: 'batch: a lost answer, a retry and an own key make one batch; two executions make two',
    async run(world) {
      const before = await batchCount(world);
      world.wire.reset();
      const lossy = await runByWebhook(world, [{ site: 'lossy one' }], { parameters: submit() });
      const keys = world.wire.calls().flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
      assert.equal(keys.length, 2);
      assert.equal(new Set(keys).size, 1);
      assert.equal(await batchCount(world), before + 1);
      assert.equal(typeof lossy.body[0]?.id, 'string');

      // Without retries of its own the node fails; n8n's Retry on Fail sends the same key.
      await runByWebhook(world, [{ site: 'lossy two' }], {
        parameters: submit({ options: { retries: 0 } }),
        retryOnFail: true,
      });
      assert.equal(await batchCount(world), before + 2);

      const hook = await openHook(world, { parameters: submit() });
      await hook([{ site: sites[0] }]);
      await hook([{ site: sites[0] }]);
      assert.equal(await batchCount(world), before + 4);

      const keyed = await openHook(world, { parameters: submit({ options: { idempotencyKey: 'monday' } }) });
      const one = await keyed([{ site: sites[0] }]);
      const two = await keyed([{ site: sites[0] }]);
      assert.equal(one.body[0]?.id, two.body[0]?.id);
      const other = await keyed([{ site: sites[1] }]);
      assert.match(other.execution.nodes.LeadGen!.error?.message ?? '', /Idempotency-Key/);
      assert.equal(await batchCount(world), before + 5);
      return undefined;
    },
  },
  {
    name: 'batch: results that break off are asked for again, and no row comes twice',
    async run(world) {
      const { id } = await finished(
        world,
        sites.map((site) => ({ site })),
        {},
      );
      world.wire.reset();
      world.wire.breakResultsAfterBytes = 3_000;
      const { body } = await runByWebhook(world, [{ id }], { parameters: getResults() });
      assert.deepEqual(
        body.map(({ index }) => index),
        [0, 1, 2],
      );
      assert.equal(world.wire.calls().filter(({ query }) => query.endsWith('results.jsonl')).length, 2);
      return undefined;
    },
  },
  {
    name: 'batch: 2,000 inputs, far more than 256 kB, go in one call and come back in order',
    async run(world) {
      const note = 'x'.repeat(600);
      // Not a site that anybody could reach: refused for nothing, so that the rows alone count.
      const inputs = Array.from({ length: 2_000 }, (_each, number) => ({ domain: `http://10.0.0.1/${number}`, note }));
      world.wire.reset();
      const started = Date.now();
      const { id, failed } = await finished(world, inputs, { inputsFrom: 'item' });
      assert.equal(failed, 2_000);
      assert.equal(world.wire.calls().filter(({ query }) => query === 'POST /batches').length, 1);
      const sent = Date.now() - started;
      const { body } = await runByWebhook(world, [{ id }], { parameters: getResults() });
      assert.deepEqual(
        body.map(({ index }) => index),
        inputs.map((_each, index) => index),
      );
      assert.equal((body[1_999]!.input as Json).domain, 'http://10.0.0.1/1999');
      const large = await runByWebhook(world, [{ id }], {
        parameters: getResults({ options: { maxMegabytes: 1 } }),
        onError: 'continueRegularOutput',
      });
      assert.equal(large.body[0]?.code, 'too_large', JSON.stringify(large.body).slice(0, 500));
      return `worked off in ${(sent / 1000).toFixed(1)} s`;
    },
  },
  {
    name: 'batch: its webhook resumes a Wait node, and the results follow',
    async run(world) {
      const hook = node('Start', 'n8n-nodes-base.webhook', {
        typeVersion: 2,
        webhookId: 'batch-resume',
        parameters: { path: 'batch-resume', httpMethod: 'POST', responseMode: 'onReceived', options: {} },
      });
      const split = node('Split', 'n8n-nodes-base.splitOut', {
        parameters: { fieldToSplitOut: 'body.inputs', options: {} },
      });
      const sent = {
        ...leadGen({
          parameters: submit({ options: { webhookUrl: '={{ $execution.resumeUrl }}' } }),
          credential: world.credential,
        }),
        name: 'Submit',
      };
      const wait = node('Wait', 'n8n-nodes-base.wait', {
        typeVersion: 1.1,
        webhookId: 'batch-resume-wait',
        parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
      });
      const results = leadGen({
        parameters: getResults({ batchId: '={{ $json.body.data.id }}' }),
        credential: world.credential,
      });
      const workflow = chain('batch-resume', [hook, split, sent, wait, results]);
      const id = await createWorkflow(world, workflow);
      await activate(world, id);
      for (let tries = 0; tries < 100; tries += 1) {
        const response = await fetch(`${world.n8n.url}/webhook/batch-resume`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ inputs: sites.map((site) => ({ site })) }),
        });
        if (response.status === 200) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const started = Date.now();
      // A webhook that comes before the workflow waits is tried again after 5 s, then after 30.
      for (let rounds = 0; rounds < 8; rounds += 1) {
        const execution = await world.n8n.lastExecution(id).catch(() => null);
        if (execution === null) continue;
        assert.equal(execution.status, 'success', JSON.stringify(execution.nodes));
        assert.equal(execution.nodes.LeadGen!.outputs[0]!.length, 3);
        return `after ${((Date.now() - started) / 1000).toFixed(1)} s`;
      }
      throw new Error('the workflow was not resumed');
    },
  },
];
