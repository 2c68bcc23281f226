import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTarball } from './build-package.ts';
import { startGateway } from './start-gateway.ts';
import { startN8n } from './start-n8n.ts';
import { startWire } from './start-wire.ts';
import type { World } from './world.ts';

/** A gateway on its sandbox, the wire before it, and an n8n into which the tarball was installed as a user installs it. */
export async function startWorld({
  host,
  tarball,
}: {
  host: string;
  tarball: string;
}): Promise<World & { stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'leadgen-n8n-'));
  const nodesFolder = join(folder, '.n8n/nodes');
  await mkdir(nodesFolder, { recursive: true });
  await installTarball(tarball, nodesFolder);
  const home = { host, folder };
  const gateway = await startGateway();
  const wire = await startWire(gateway.url);
  const n8n = await startN8n(home);
  const { id, name } = await n8n.data<{ id: string; name: string }>('POST', '/rest/credentials', {
    name: 'LeadGen account',
    type: 'leadGenApi',
    data: { baseUrl: wire.url, userId: '1', apiKey: 'demo' },
  });
  const world = {
    gateway,
    wire,
    home,
    n8n,
    credential: { id, name },
    async restart() {
      await world.n8n.stop();
      world.n8n = await startN8n(home);
    },
    async stop() {
      await world.n8n.stop();
      await wire.stop();
      await gateway.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
