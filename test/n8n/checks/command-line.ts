import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRawOutput, runN8n } from '../start-n8n.ts';
import { type LeadGenCase, manualWorkflow } from '../workflows.ts';
import type { Check, World } from '../world.ts';

/** Imports a workflow and executes it, as `n8n execute` does. */
async function execute(world: World, id: string, inputs: object[], each: Omit<LeadGenCase, 'credential'>) {
  const file = join(world.home.folder, `${id}.json`);
  const workflow = manualWorkflow(id, inputs, { credential: world.credential, ...each });
  await writeFile(file, JSON.stringify([workflow]));
  const imported = await runN8n(world.home, ['import:workflow', `--input=${file}`]);
  assert.equal(imported.code, 0, imported.output);
  const { code, output } = await runN8n(world.home, ['execute', `--id=${id}`, '--rawOutput']);
  return { code, output };
}

const parameters = { resource: 'lead', operation: 'search', query: '={{ $json.query }}', limit: 12 };
const inputs = [{ query: 'bakery boston' }, { query: 'fault 402' }];

export const commandLine: Check[] = [
  {
    name: 'n8n execute: exit code 0 and the items',
    async run(world) {
      const { code, output } = await execute(world, 'cliSmoke00000001', [{ query: 'bakery boston' }], { parameters });
      assert.equal(code, 0, output.slice(-2000));
      assert.equal(readRawOutput(output).nodes.LeadGen!.outputs[0]!.length, 12);
      return undefined;
    },
  },
  {
    name: "n8n execute: exit code 1 and the gateway's words",
    async run(world) {
      const { code, output } = await execute(world, 'cliStop000000001', inputs, { parameters });
      assert.equal(code, 1);
      assert.match(output, /Played: no credits\./);
      return undefined;
    },
  },
  {
    name: 'n8n execute: exit code 0 where the node goes on',
    async run(world) {
      const { code, output } = await execute(world, 'cliGoesOn0000001', inputs, {
        parameters,
        onError: 'continueErrorOutput',
      });
      assert.equal(code, 0, output.slice(-2000));
      assert.deepEqual(
        readRawOutput(output).nodes.LeadGen!.outputs.map((items) => items.length),
        [12, 1],
      );
      return undefined;
    },
  },
];
