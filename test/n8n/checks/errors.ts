import assert from 'node:assert/strict';
import { faults } from '../start-wire.ts';
import { type Check, openHook, runByWebhook, type World } from '../world.ts';

const parameters = {
  resource: 'lead',
  operation: 'search',
  query: '={{ $json.query }}',
  limit: 2,
  options: { retries: 0, timeout: 1000 },
};

const good = { number: 0, query: 'bakery boston' };

const matrix = Object.entries(faults).map(
  ([name, { says, http }]): Check => ({
    name: `${name}: the node stops with the gateway's words, or goes on in both modes`,
    async run(world) {
      const bad = { number: 1, query: `fault ${name}` };

      const stopped = await runByWebhook(world, [good, bad], { parameters });
      assert.equal(stopped.execution.status, 'error');
      const { error } = stopped.execution.nodes.LeadGen!;
      assert.equal(error?.message, says);
      assert.equal(String(error?.httpCode), String(http));
      assert.equal(error?.context?.itemIndex, 1);

      const regular = await runByWebhook(world, [good, bad], { parameters, onError: 'continueRegularOutput' });
      assert.equal(regular.execution.status, 'success');
      assert.equal(regular.body.length, 3);
      const { error: message, httpCode, code, retryable } = regular.body[2]!;
      assert.deepEqual([message, httpCode], [says, http]);
      assert.equal(typeof code, 'string');
      assert.equal(retryable, ['429', 'timeout'].includes(name));

      const split = await runByWebhook(world, [good, bad], { parameters, onError: 'continueErrorOutput' });
      const outputs = split.execution.nodes.LeadGen!.outputs;
      assert.deepEqual(
        outputs.map((items) => items.length),
        [2, 1],
      );
      assert.equal(outputs[1]![0]!.json.query, bad.query);
      const failed = outputs[1]![0]!.json as { error: string; details: { code: string; httpCode: number } };
      assert.equal(failed.error, says);
      assert.deepEqual([failed.details.code, failed.details.httpCode], [code, http]);
      return `HTTP ${http}`;
    },
  }),
);

export const errors: Check[] = [
  ...matrix,
  {
    name: 'Retry-After is followed, and the call succeeds',
    async run(world) {
      world.wire.reset();
      const started = Date.now();
      const { body } = await runByWebhook(world, [{ query: 'hurried bakery boston' }], {
        parameters: { ...parameters, options: {} },
      });
      assert.equal(body.length, 2);
      assert.equal(world.wire.calls().length, 2);
      assert.ok(Date.now() - started >= 1000);
      return undefined;
    },
  },
  {
    name: 'a lost answer is asked for again under the same key and charged once',
    async run(world) {
      const balance = async () =>
        ((await world.gateway.ask('{ account { available } }')).account as { available: number }).available;
      const before = await balance();
      world.wire.reset();
      const { body } = await runByWebhook(world, [{ query: 'lossy gym austin' }], {
        parameters: { ...parameters, limit: 10, options: {} },
      });
      assert.equal(body.length, 10);
      const keys = world.wire.calls().map(({ idempotencyKey }) => idempotencyKey);
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1]);
      assert.equal(before - (await balance()), 10);
      return undefined;
    },
  },
  {
    name: "n8n's own Retry on Fail repeats the key of each call",
    async run(world) {
      world.wire.reset();
      await runByWebhook(world, [{ query: 'gym seattle' }, { query: 'fault 500' }], { parameters, retryOnFail: true });
      const keys = world.wire
        .calls()
        .filter(({ variables }) => variables.query === 'gym seattle')
        .map(({ idempotencyKey }) => idempotencyKey);
      assert.equal(keys.length, 2);
      assert.equal(new Set(keys).size, 1);
      return undefined;
    },
  },
  {
    name: 'two executions never share a key',
    async run(world) {
      world.wire.reset();
      const hook = await openHook(world, { parameters });
      await hook([good]);
      await hook([good]);
      const keys = world.wire.calls().map(({ idempotencyKey }) => idempotencyKey);
      assert.equal(new Set(keys).size, 2);
      return undefined;
    },
  },
  {
    name: 'a bad argument is an error of its item, before anything is asked',
    async run(world) {
      world.wire.reset();
      const { body } = await runByWebhook(world, [{ query: ['one', 'two'] }], {
        parameters,
        onError: 'continueRegularOutput',
      });
      assert.match(String(body[0]?.error), /single value is expected for query/);
      assert.equal(world.wire.calls().length, 0);
      return undefined;
    },
  },
  {
    name: 'a site that cannot be crawled fails alone among others',
    async run(world) {
      const sites = ['bright-marketing.home.arpa', 'http://192.168.0.1', 'compass-marketing.home.arpa'];
      const { body, execution } = await runByWebhook(
        world,
        sites.map((site, number) => ({ number, site })),
        {
          parameters: { resource: 'website', operation: 'crawl', domain: '={{ $json.site }}' },
          onError: 'continueErrorOutput',
        },
      );
      assert.deepEqual(
        execution.nodes.LeadGen!.outputs.map((items) => items.length),
        [2, 1],
        JSON.stringify(body),
      );
      const { details } = execution.nodes.LeadGen!.outputs[1]![0]!.json as { details: { code: string } };
      return details.code;
    },
  },
  {
    name: 'Retry on Fail asks again for a site that failed among others, and pays the others once',
    async run(world) {
      const before = new Set((await paidCrawls(world)).map(({ id }) => id));
      world.wire.reset();
      const inputs = ['riverside-dental.home.arpa', 'http://192.168.0.1'].map((site) => ({ site }));
      await runByWebhook(world, inputs, {
        parameters: { resource: 'website', operation: 'crawl', domain: '={{ $json.site }}' },
        retryOnFail: true,
      });
      const keys = world.wire.calls().map(({ idempotencyKey }) => idempotencyKey);
      assert.equal(keys.length, 2);
      assert.equal(new Set(keys).size, 2);
      // Other checks pay for the same business at other addresses.
      const paid = (await paidCrawls(world)).filter(({ id }) => !before.has(id));
      assert.ok(paid.length <= 1, JSON.stringify(paid));
      return undefined;
    },
  },
  {
    name: 'the node adds less than 60 ms to the gateway',
    async run(world) {
      const hook = await openHook(world, { parameters });
      await hook([good]);
      const added: number[] = [];
      for (let round = 0; round < 9; round += 1) {
        world.wire.reset();
        const { execution } = await hook([good]);
        added.push(execution.nodes.LeadGen!.milliseconds - world.wire.gatewayMilliseconds());
      }
      const median = added.sort((left, right) => left - right)[4]!;
      assert.ok(median < 60, `median ${median.toFixed(0)} ms`);
      return `median ${median.toFixed(0)} ms`;
    },
  },
];

/** Ledger entries of crawls, newest first. */
async function paidCrawls(world: World): Promise<{ id: string; charges: { item: string }[] }[]> {
  const { account } = (await world.gateway.ask(
    '{ account { ledger(first: 100) { nodes { id operation charges { item } } } } }',
  )) as { account: { ledger: { nodes: { id: string; operation: string; charges: { item: string }[] }[] } } };
  return account.ledger.nodes.filter(({ operation }) => operation === 'WEBSITE_CRAWL');
}
