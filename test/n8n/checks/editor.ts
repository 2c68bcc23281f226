import assert from 'node:assert/strict';
import type { Check, World } from '../world.ts';

interface ListedNode {
  name: string;
  displayName: string;
  usableAsTool?: boolean;
  iconUrl?: { light: string; dark: string };
  codex?: { categories?: string[]; alias?: string[] };
  outputs: unknown;
}

async function testCredential({ n8n }: World, data: object): Promise<{ status: string; message: string }> {
  const { id, name, type } = await n8n.data<{ id: string; name: string; type: string }>('POST', '/rest/credentials', {
    name: 'tried',
    type: 'leadGenApi',
    data,
  });
  return n8n.data('POST', '/rest/credentials/test', { credentials: { id, name, type, data } });
}

export const editor: Check[] = [
  {
    name: 'the editor lists node, tool and trigger with both icons and their categories',
    async run({ n8n }) {
      const listed = (await n8n.rest('GET', '/types/nodes.json')).body as ListedNode[];
      const ours = listed.filter(({ name }) => name.startsWith('n8n-nodes-leadgen.'));
      assert.deepEqual(ours.map(({ name }) => name).sort(), [
        'n8n-nodes-leadgen.leadGen',
        'n8n-nodes-leadgen.leadGenTool',
        'n8n-nodes-leadgen.leadGenTrigger',
      ]);
      const node = ours.find(({ name }) => name.endsWith('.leadGen'))!;
      assert.ok(node.usableAsTool);
      assert.ok(node.codex?.categories?.includes('Sales'));
      const tool = ours.find(({ name }) => name.endsWith('Tool'))!;
      assert.match(JSON.stringify(tool.outputs), /ai_tool/);
      const bodies: string[] = [];
      for (const icon of [node.iconUrl!.light, node.iconUrl!.dark]) {
        const response = await fetch(new URL(icon, `${n8n.url}/`));
        assert.equal(response.status, 200);
        bodies.push(await response.text());
      }
      assert.notEqual(bodies[0], bodies[1]);
      return undefined;
    },
  },
  {
    name: 'the credential test says which of URL, user ID and key is wrong',
    async run(world) {
      const right = { baseUrl: world.gateway.url, userId: '1', apiKey: 'demo' };
      assert.equal((await testCredential(world, right)).status, 'OK');
      for (const [change, says] of [
        [{ apiKey: 'wrong' }, /API Key is wrong/],
        [{ userId: '2' }, /User ID is wrong: this API key belongs to another account/],
        [{ userId: 'me' }, /User ID is wrong: it has to be a positive integer/],
        [{ baseUrl: world.n8n.url }, /Base URL is wrong/],
      ] as const) {
        const { status, message } = await testCredential(world, { ...right, ...change });
        assert.equal(status, 'Error', JSON.stringify(change));
        assert.match(message, says);
      }
      const unreachable = await testCredential(world, { ...right, baseUrl: 'http://127.0.0.1:9' });
      assert.equal(unreachable.status, 'Error');
      return undefined;
    },
  },
];
