import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageFolder } from '../build-package.ts';
import type { NodeRun } from '../start-n8n.ts';
import type { Workflow } from '../workflows.ts';
import { activate, type Check, createWorkflow, deactivate, pause, untilFinished, type World } from '../world.ts';

/** A template as a person imports it, with the credentials that the person would choose. */
async function template(name: string, credentials: Record<string, { id: string; name: string }>): Promise<Workflow> {
  const workflow = JSON.parse(await readFile(join(packageFolder, 'templates', `${name}.json`), 'utf8')) as Workflow;
  for (const each of workflow.nodes) {
    const wanted = Object.keys((each.credentials ?? {}) as object);
    if (wanted.length > 0) each.credentials = Object.fromEntries(wanted.map((type) => [type, credentials[type]]));
  }
  return workflow;
}

/** Its manual trigger becomes a webhook, which can be called from outside; everything behind is as it was. */
function openToCalls(workflow: Workflow, name: string): void {
  const start = workflow.nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger')!;
  Object.assign(start, {
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    webhookId: name,
    parameters: { path: name, httpMethod: 'POST', responseMode: 'lastNode', responseData: 'noData', options: {} },
  });
}

async function runManual(world: World, name: string): Promise<Record<string, NodeRun>> {
  const workflow = await template(name, { leadGenApi: world.credential });
  openToCalls(workflow, name);
  const id = await createWorkflow(world, workflow);
  await activate(world, id);
  await call(`${world.n8n.url}/webhook/${name}`, {});
  const { status, nodes } = await world.n8n.lastExecution(id);
  assert.equal(status, 'success');
  await deactivate(world, id);
  return nodes;
}

async function call(url: string, body: object): Promise<unknown> {
  for (let tries = 0; ; tries += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status === 404 && tries < 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    assert.equal(response.status, 200, text);
    return text === '' ? null : JSON.parse(text);
  }
}

export const templates: Check[] = [
  {
    name: 'template places-to-spreadsheet: a file with a row per place',
    async run(world) {
      const nodes = await runManual(world, 'places-to-spreadsheet');
      const rows = nodes.Row!.outputs[0]!;
      assert.ok(rows.length >= 5);
      assert.ok(rows.some(({ json }) => String(json.emails).includes('@')));
      const [file] = nodes.Spreadsheet!.outputs[0]! as { binary?: Record<string, { fileName?: string }> }[];
      assert.equal(Object.values(file?.binary ?? {})[0]?.fileName, 'places.xlsx');
      return `${rows.length} rows`;
    },
  },
  {
    name: 'template enrich-domains: contacts for every domain',
    async run(world) {
      const nodes = await runManual(world, 'enrich-domains');
      const rows = nodes.Row!.outputs[0]!;
      assert.equal(rows.length, 3);
      for (const { json } of rows) assert.ok((json.emails as string[]).length > 0, JSON.stringify(json));
      return undefined;
    },
  },
  {
    name: 'template competitor-ads-watch: a row for every new ad',
    async run(world) {
      const workflow = await template('competitor-ads-watch', { leadGenApi: world.credential });
      const trigger = workflow.nodes.find(({ type }) => type.endsWith('Trigger'))!;
      trigger.parameters.startFrom = 'all';
      const id = await createWorkflow(world, workflow);
      await activate(world, id);
      const { status, nodes } = await world.n8n.lastExecution(id);
      assert.equal(status, 'success');
      const ads = nodes.Ad!.outputs[0]!;
      assert.ok(ads.length > 0);
      assert.ok(ads.every(({ json }) => typeof json.title === 'string' && json.title !== ''));
      await deactivate(world, id);
      return `${ads.length} ads`;
    },
  },
  {
    name: 'template batch-of-domains: sent by the one half, made a spreadsheet by the other',
    async run(world) {
      const workflow = await template('batch-of-domains', { leadGenApi: world.credential });
      openToCalls(workflow, 'batch-of-domains');
      // It would poll at each full minute; here it polls when it is activated.
      const trigger = workflow.nodes.find(({ type }) => type.endsWith('leadGenTrigger'))!;
      trigger.parameters.pollTimes = { item: [{ mode: 'everyHour', minute: 59 }] };
      const id = await createWorkflow(world, workflow);
      // The first look takes note of the batches of other checks.
      world.wire.reset();
      await activate(world, id);
      const isLookedAt = () => world.wire.calls().some(({ query }) => query.includes('batches('));
      for (let tries = 0; tries < 200 && !isLookedAt(); tries += 1) await pause(100);
      assert.ok(isLookedAt());
      await call(`${world.n8n.url}/webhook/batch-of-domains`, {});
      const sent = await world.n8n.lastExecution(id);
      const batch = sent.nodes['Send batch']!.outputs[0]![0]!.json;
      await untilFinished(world, String(batch.id));
      await deactivate(world, id);
      await activate(world, id);
      for (let tries = 0; tries < 100 && (await world.n8n.executionCount(id)) < 2; tries += 1) await pause(100);
      const { status, nodes } = await world.n8n.lastExecution(id);
      await deactivate(world, id);
      assert.equal(status, 'success');
      const rows = nodes.Row!.outputs[0]!;
      assert.deepEqual(
        rows.map(({ json }) => json.domain),
        ['bright-marketing.home.arpa', 'compass-marketing.home.arpa', 'golden-crust-bakery.home.arpa'],
      );
      assert.ok(rows.every(({ json }) => String(json.emails).includes('@')));
      const [file] = nodes.Spreadsheet!.outputs[0]! as { binary?: Record<string, { fileName?: string }> }[];
      assert.equal(Object.values(file?.binary ?? {})[0]?.fileName, 'contacts.xlsx');
      return undefined;
    },
  },
  {
    name: 'template agent-finds-leads: the agent calls both tools and answers from them',
    async run(world) {
      const model = await startModel();
      try {
        const { id, name } = await world.n8n.data<{ id: string; name: string }>('POST', '/rest/credentials', {
          name: 'OpenAI account',
          type: 'openAiApi',
          data: { apiKey: 'played', url: model.url },
        });
        const workflow = await template('agent-finds-leads', {
          leadGenApi: world.credential,
          openAiApi: { id, name },
        });
        const chat = workflow.nodes.find(({ type }) => type.endsWith('chatTrigger'))!;
        Object.assign(chat.parameters, { public: true });
        const workflowId = await createWorkflow(world, workflow);
        await activate(world, workflowId);
        world.wire.reset();
        const answer = await call(`${world.n8n.url}/webhook/${chat.webhookId}/chat`, {
          action: 'sendMessage',
          sessionId: 'one',
          chatInput: 'Find a dentist in Chicago with its e-mail address.',
        });
        assert.match(JSON.stringify(answer), /@[\w-]+\.home\.arpa/);
        const asked = world.wire.calls().filter(({ query }) => !query.includes('quote('));
        assert.ok(asked.some(({ variables }) => variables.keyword === 'dentist chicago'));
        assert.ok(asked.some(({ query }) => query.includes('websiteCrawl')));
        await deactivate(world, workflowId);
        return undefined;
      } finally {
        await model.stop();
      }
    },
  },
];

interface ChatMessage {
  role: string;
  content: unknown;
}

/** Plays a model on the wire: asks for places, then for the contacts of the first one's website, then answers what the tool said. */
async function startModel(): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { messages, tools, stream } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as {
      messages?: ChatMessage[];
      tools?: { function: { name: string } }[];
      stream?: boolean;
    };
    const said = (messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => JSON.stringify(content));
    const toolNamed = (word: string) => tools?.find((each) => each.function.name.toLowerCase().includes(word));
    const toolCall = (word: string, argument: object) => ({
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          index: 0,
          id: `call_${said.length}`,
          type: 'function',
          function: { name: toolNamed(word)?.function.name, arguments: JSON.stringify(argument) },
        },
      ],
    });
    const site = /https?:\/\/[\w.-]+\.home\.arpa/.exec(said[0] ?? '')?.[0];
    const email = /[\w.]+@[\w-]+\.home\.arpa/.exec(said[1] ?? '')?.[0];
    const message =
      said.length === 0
        ? toolCall('business', { keyword: 'dentist chicago' })
        : said.length === 1
          ? toolCall('contacts', { domain: site })
          : { role: 'assistant', content: `Write to ${email}.` };
    const finish = 'tool_calls' in message ? 'tool_calls' : 'stop';
    const frame = {
      id: 'played',
      created: 1,
      model: 'gpt-4o-mini',
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    };
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const choice = (delta: object, finish_reason: string | null) =>
        response.write(
          `data: ${JSON.stringify({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
        );
      choice(message, null);
      choice({}, finish);
      response.end('data: [DONE]\n\n');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        ...frame,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: finish }],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
