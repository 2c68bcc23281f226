import assert from 'node:assert/strict';
import { chain, node } from '../workflows.ts';
import { activate, type Check, createWorkflow, deactivate, type World } from '../world.ts';

const ad = (title: string) => ({
  position: 1,
  title,
  url: `https://${title}.example/`,
  adText: '',
  searchEngine: 'GOOGLE',
  isActive: true,
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A workflow that polls when it is activated; activating it anew is the next poll, on what it remembers. */
async function watch(world: World, parameters: object): Promise<{ poll(): Promise<string[] | null>; id: string }> {
  const trigger = node('Trigger', 'n8n-nodes-leadgen.leadGenTrigger', {
    parameters: { pollTimes: { item: [{ mode: 'everyHour', minute: 59 }] }, ...parameters },
    credentials: { leadGenApi: world.credential },
  });
  const id = await createWorkflow(world, chain('watch', [trigger, node('End', 'n8n-nodes-base.noOp', {})]));
  let executions = 0;
  let isActive = false;
  return {
    id,
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
