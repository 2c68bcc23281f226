import assert from 'node:assert/strict';
import { chain, node } from '../workflows.ts';
import { activate, type Check, createWorkflow, deactivate, pause, untilFinished, type World } from '../world.ts';

const ad = (title: string) => ({
  position: 1,
  title,
  url: `https://${title}.example/`,
  adText: '',
  searchEngine: 'GOOGLE',
  isActive: true,
});

interface Watched {
  id: string;
  /** What was told of each thing; null: the workflow was not started. */
  poll(): Promise<string[] | null>;
  /** "Execute workflow" in the editor: the items that it shows. */
  tryInEditor(): Promise<Record<string, unknown>[]>;
}

/** A workflow that polls when it is activated; activating it anew is the next poll, on what it remembers. */
async function watch(world: World, parameters: object): Promise<Watched> {
  const trigger = node('Trigger', 'n8n-nodes-leadgen.leadGenTrigger', {
    parameters: { pollTimes: { item: [{ mode: 'everyHour', minute: 59 }] }, ...parameters },
    credentials: { leadGenApi: world.credential },
  });
  const id = await createWorkflow(world, chain('watch', [trigger, node('End', 'n8n-nodes-base.noOp', {})]));
  let executions = 0;
  let isActive = false;
  return {
    id,
    async tryInEditor() {
      await world.n8n.data('POST', `/rest/workflows/${id}/run`, { triggerToStartFrom: { name: 'Trigger' } });
      executions += 1;
      for (let tries = 0; tries < 100 && (await world.n8n.executionCount(id)) < executions; tries += 1)
        await pause(100);
      const { nodes } = await world.n8n.lastExecution(id);
      return nodes.Trigger!.outputs[0]!.map(({ json }) => json);
    },
    async poll() {
      if (isActive) await deactivate(world, id);
      world.wire.reset();
      await activate(world, id);
      isActive = true;
      // n8n polls some time after the activation; the execution follows the answer.
      for (let tries = 0; tries < 200 && world.wire.calls().length === 0; tries += 1) await pause(100);
      if (world.wire.calls().length === 0) throw new Error('n8n did not poll');
      await pause(1_000);
      const count = await world.n8n.executionCount(id);
      if (count === executions) return null;
      executions = count;
      const { nodes } = await world.n8n.lastExecution(id);
      return nodes.Trigger!.outputs[0]!.map(({ json }) => String(json.title ?? json.name ?? JSON.stringify(json)));
    },
  };
}

async function sendBatch({ gateway }: World, domains: string[]): Promise<string> {
  const { submitBatch } = await gateway.ask(
    'mutation ($inputs: [JSON]!) { submitBatch(operation: WEBSITE_CRAWL, inputs: $inputs) { id } }',
    { inputs: domains.map((domain) => ({ domain })) },
  );
  return (submitBatch as { id: string }).id;
}

export const triggers: Check[] = [
  {
    name: 'new ad: polled three times, only the new one fires, also across a restart',
    async run(world) {
      world.wire.ads = [ad('first'), ad('second')];
      const watched = await watch(world, { event: 'newAd', query: 'watched ads' });
      assert.equal(await watched.poll(), null);
      world.wire.ads = [ad('third'), ...world.wire.ads];
      assert.deepEqual(await watched.poll(), ['third']);
      assert.equal(await watched.poll(), null);
      await world.restart();
      world.wire.ads = [ad('fourth'), ...world.wire.ads];
      assert.deepEqual(await watched.poll(), ['fourth']);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
  {
    name: 'new ad from all: the first poll gives everything once',
    async run(world) {
      world.wire.ads = [ad('first'), ad('second')];
      const watched = await watch(world, { event: 'newAd', query: 'watched ads', startFrom: 'all' });
      assert.deepEqual(await watched.poll(), ['first', 'second']);
      assert.equal(await watched.poll(), null);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
  {
    name: 'new place: listed places fire once',
    async run(world) {
      const watched = await watch(world, { event: 'newPlace', keyword: 'florist', startFrom: 'all' });
      assert.equal((await watched.poll())?.length, 20);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
  {
    name: 'contact changed: what came and what went is named',
    async run(world) {
      world.wire.contacts = [{ kind: 'EMAIL', value: 'old@watched.example' }];
      const watched = await watch(world, { event: 'contactChanged', domain: 'watched.example' });
      assert.equal(await watched.poll(), null);
      world.wire.contacts = [{ kind: 'EMAIL', value: 'new@watched.example' }];
      const fired = await watched.poll();
      assert.match(fired?.[0] ?? '', /"added":\[\{"kind":"EMAIL","value":"new@watched.example"\}\]/);
      assert.match(fired?.[0] ?? '', /"removed":\[\{"kind":"EMAIL","value":"old@watched.example"\}\]/);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
  {
    name: 'batch finished: each is told once, also across a restart, and a retried one again',
    async run(world) {
      const old = await sendBatch(world, ['bright-marketing.home.arpa']);
      await untilFinished(world, old);
      const watched = await watch(world, { event: 'batchFinished' });
      assert.equal(await watched.poll(), null);
      const one = await sendBatch(world, ['compass-marketing.home.arpa', 'http://192.168.0.1']);
      await untilFinished(world, one);
      const [told, ...others] = (await watched.poll()) ?? [];
      assert.deepEqual(others, []);
      const { createdAt, finishedAt, ...batch } = JSON.parse(told!);
      assert.deepEqual(
        { ...batch, creditsUsed: typeof batch.creditsUsed },
        { id: one, operation: 'websiteCrawl', status: 'done', total: 2, done: 1, failed: 1, creditsUsed: 'number' },
      );
      assert.ok(Date.parse(finishedAt) >= Date.parse(createdAt));
      assert.equal(await watched.poll(), null);
      await world.restart();
      assert.equal(await watched.poll(), null);
      const two = await sendBatch(world, ['bright-marketing.home.arpa']);
      await untilFinished(world, two);
      await world.gateway.ask('mutation ($id: ID!) { retryFailed(id: $id) { id } }', { id: one });
      await untilFinished(world, one);
      const again = ((await watched.poll()) ?? []).map((each) => JSON.parse(each).id);
      assert.deepEqual(again, [two, one]);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
  {
    name: 'batch finished from all, of one operation; a try in the editor shows the last and remembers nothing',
    async run(world) {
      const id = await sendBatch(world, ['http://192.168.0.1']);
      await untilFinished(world, id);
      const places = await watch(world, { event: 'batchFinished', batchOperation: 'adSpy', startFrom: 'all' });
      assert.equal(await places.poll(), null);
      await deactivate(world, places.id);
      const watched = await watch(world, { event: 'batchFinished', batchOperation: 'websiteCrawl', startFrom: 'all' });
      const tried = await watched.tryInEditor();
      assert.deepEqual(
        tried.map((batch) => [batch.id, batch.status, batch.failed]),
        [[id, 'done', 1]],
      );
      const all = ((await watched.poll()) ?? []).map((each) => JSON.parse(each).id);
      assert.equal(all.at(-1), id);
      assert.ok(all.length > 1);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return `${all.length} batches`;
    },
  },
  {
    name: 'low balance: fires once while it stays low',
    async run(world) {
      const watched = await watch(world, { event: 'lowBalance', threshold: 10_000_000 });
      assert.equal((await watched.poll())?.length, 1);
      assert.equal(await watched.poll(), null);
      assert.equal(await watched.poll(), null);
      await deactivate(world, watched.id);
      return undefined;
    },
  },
];
