import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { migrate } from '../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../packages/engine/src/store/open-store.ts';
import { createProgram } from '../../packages/graphql-gateway/src/cli/create-program.ts';
import { readConfig } from '../../packages/graphql-gateway/src/config.ts';
import { startGateway } from '../support/start-gateway.ts';
import { createTestLog } from '../support/test-log.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const text = (path: string) => readFile(join(root, path), 'utf8');
const json = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

const commands = createProgram({} as never).commands.map((command) => command.name());
const isPinned = (image: string) => /^[\w./-]+:\d+\.\d+[\w.-]*$/.test(image);

interface Service {
  image: string;
  build?: string | { context: string; dockerfile: string };
  environment?: Record<string, string>;
  command?: string[];
  volumes?: string[];
  networks?: string[] | Record<string, unknown>;
  depends_on?: Record<string, unknown>;
  deploy?: { replicas: number };
  healthcheck?: { disable?: boolean; test?: string[] };
  [name: string]: unknown;
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}

const compose = async () => parseYaml(await text('compose.yaml'), { merge: true }) as Compose;
const isOurs = ({ image }: Service) => image.startsWith('leadgen-engine:');

/** As compose would fill it in from an `.env` whose every line is set; what stays empty has a default. */
function filled(value: string, given: Record<string, string>): string {
  return value.replace(/\$\{(\w+):([?-])([^}]*)\}/g, (_all, name: string, kind: string, rest: string) => {
    if (given[name]) return given[name];
    if (kind === '?') throw new Error(`${name} is not in deploy/example.env`);
    return rest;
  });
}

async function exampleEnvironment(): Promise<Record<string, string>> {
  const lines = (await text('deploy/example.env')).split('\n').filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.split('=')[0], 'a-value-of-more-than-16-characters']));
}

test('compose.yaml: every setting is one of ours with a good value, every command exists', async () => {
  const given = await exampleEnvironment();
  const { services } = await compose();
  const ours = Object.entries(services).filter(([, service]) => isOurs(service));
  expect(ours.map(([name]) => name)).toEqual(['gateway-1', 'gateway-2', 'worker']);
  for (const [, { environment = {}, command }] of ours) {
    const values = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filled(value, given)]));
    expect(readConfig({ ...values, HOST: '0.0.0.0' })).toMatchObject({
      upstream: 'live',
      adminToken: expect.any(String),
    });
    if (command) expect([command[0], commands]).toEqual(['leadgen', expect.arrayContaining([command[1]])]);
  }
  // Without an upstream the start is refused, rather than invented answers given to the world.
  const bare = Object.fromEntries(
    Object.entries(services['gateway-1']?.environment ?? {}).map(([name, value]) => [
      name,
      filled(value, { POSTGRES_PASSWORD: 'x', LEADGEN_ADMIN_TOKEN: 'x'.repeat(16) }),
    ]),
  );
  expect(() => readConfig({ ...bare, HOST: '0.0.0.0' })).toThrow(/^HOST: 0\.0\.0\.0 is not loopback/);
});

test('compose.yaml: every container is pinned, closed down, watched, and finds its networks and volumes', async () => {
  const { services, networks, volumes } = await compose();
  expect(services.worker?.deploy).toEqual({ replicas: 3 });
  for (const [name, service] of Object.entries(services)) {
    expect({ name, pinned: isPinned(service.image) }).toEqual({ name, pinned: true });
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect(service).not.toHaveProperty('privileged');
    // The image has one of its own; only the worker has nothing to ask.
    if (!isOurs(service)) expect(service.healthcheck?.test?.[0]).toBe('CMD');
    expect(service.healthcheck?.disable ?? false).toBe(name === 'worker');
    const names = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
    for (const network of names) expect(Object.keys(networks)).toContain(network);
    for (const volume of service.volumes ?? []) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect(existsSync(join(root, source))).toBe(true);
      else expect(Object.keys(volumes)).toContain(source);
    }
    for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(services)).toContain(other);
  }
  // Nobody reaches the database but those who need it, and nobody from outside.
  expect(
    Object.entries(services)
      .filter(([, { ports }]) => ports)
      .map(([name]) => name),
  ).toEqual(['proxy', 'n8n']);
  expect(services.postgres?.networks).toEqual(['back']);
});

test('Caddy sends to the gateways that there are, by the address that they believe', async () => {
  const { services } = await compose();
  const file = await text('deploy/Caddyfile');
  const upstreams = /reverse_proxy ([^{]+)\{/.exec(file)?.[1]?.trim().split(/\s+/);
  expect(upstreams).toEqual(
    Object.keys(services)
      .filter((name) => name.startsWith('gateway'))
      .map((name) => `${name}:4000`),
  );
  expect(file).toContain('header_up -Forwarded');
  const address = services['gateway-1']?.environment?.LEADGEN_TRUST_PROXY;
  expect(services.proxy?.networks).toMatchObject({ front: { ipv4_address: address } });
});

test('kubernetes.yaml: settings, commands, pinned images, probes, and pods that the restricted standard lets in', async () => {
  const documents = parseAllDocuments(await text('deploy/kubernetes.yaml'), { merge: true });
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: a manifest is what its schema says, which is not ours.
  const objects = documents.map((document) => document.toJS() as any);
  const byKind = (kind: string) => objects.filter((object) => object.kind === kind);
  const [secret] = byKind('Secret');
  const [settings] = byKind('ConfigMap');
  const deployments = byKind('Deployment');
  expect(deployments.map(({ metadata, spec }) => [metadata.name, spec.replicas])).toEqual([
    ['gateway', 2],
    ['worker', 3],
  ]);
  for (const { metadata, spec } of deployments) {
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    const pod = spec.template.spec;
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(35);
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(isPinned(container.image)).toBe(true);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      const own = Object.fromEntries(
        (container.env ?? []).map(({ name, value }: Record<string, string>) => [name, value]),
      );
      const environment = { HOST: '0.0.0.0', ...secret.stringData, ...settings.data, ...own };
      expect(readConfig(environment)).toMatchObject({ upstream: 'live' });
      if (container.command)
        expect([container.command[0], commands]).toEqual(['leadgen', expect.arrayContaining([container.command[1]])]);
      const mounted = container.volumeMounts.map(({ name }: { name: string }) => name);
      expect(pod.volumes.map(({ name }: { name: string }) => name)).toEqual(mounted);
    }
    const [container] = pod.containers;
    const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(
      (probe) => probe?.httpGet.path,
    );
    expect(probes).toEqual(
      metadata.name === 'gateway' ? ['/livez', '/livez', '/readyz'] : [undefined, undefined, undefined],
    );
  }
  expect(byKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels.role)).toEqual([
    'gateway',
    'worker',
  ]);
  expect(byKind('Service')[0].spec.selector).toEqual({ app: 'leadgen', role: 'gateway' });
});

test.each(['Dockerfile', 'deploy/n8n.Dockerfile'])(
  '%s: pinned as the project is, what it copies is there, not root at the end',
  async (path) => {
    const file = (await text(path)).replaceAll(/\\\n\s*/g, ' ');
    const lines = file.split('\n').filter((line) => /^[A-Z]/.test(line));
    const { devDependencies } = json('package.json');
    const { dependencies } = json('test/n8n/host/package.json');
    for (const line of lines.filter((each) => each.startsWith('FROM'))) {
      const [, image = '', , stage] = line.split(' ');
      expect({ image, pinned: isPinned(image) }).toEqual({ image, pinned: true });
      if (image.startsWith('node:')) expect(image).toBe(`node:${devDependencies.node}-bookworm-slim`);
      else expect([image, stage]).toEqual([`n8nio/n8n:${dependencies.n8n}`, undefined]);
    }
    const ignored = await ignores();
    for (const line of lines.filter((each) => each.startsWith('COPY') && !each.includes('--from='))) {
      const sources = line
        .split(' ')
        .slice(1, -1)
        .filter((part) => !part.startsWith('--'));
      for (const source of sources) {
        expect({ source, there: existsSync(join(root, source)), sent: !ignored(source) }).toEqual({
          source,
          there: true,
          sent: true,
        });
      }
    }
    for (const [, version] of file.matchAll(/pnpm@(\S+)/g)) expect(version).toMatch(/^12\.\d+\.\d+$/);
    expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER node');
    for (const line of lines.filter((each) => /^(CMD|ENTRYPOINT)/.test(each)))
      expect(JSON.parse(line.replace(/^\w+ /, ''))).toBeInstanceOf(Array);
  },
);

test('the image gets what the gateway imports, and starts as its compose file says', async () => {
  const file = await text('Dockerfile');
  const health = /HEALTHCHECK .*CMD (\[.*\])/.exec(file)?.[1] ?? '';
  expect(JSON.parse(health)).toEqual(['node', '-e', expect.stringContaining('/livez')]);
  const start = JSON.parse(/^CMD (\[.*\])/m.exec(file)?.[1] ?? '') as string[];
  expect(existsSync(join(root, start[1] ?? ''))).toBe(true);
  expect(file).toContain('ln -s /app/packages/graphql-gateway/leadgen.mjs /usr/local/bin/leadgen');
  const ignored = await ignores();
  for (const path of [
    '.env',
    '.git',
    'test',
    '.leadgen',
    'node_modules',
    'packages/n8n-nodes-leadgen/node_modules',
    'deploy/example.env',
  ])
    expect({ path, ignored: ignored(path) }).toEqual({ path, ignored: true });
});

/** Docker's rules as far as the file uses them: the last line that matches wins. */
async function ignores(): Promise<(path: string) => boolean> {
  const rules = (await text('.dockerignore')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return (path) => {
    let ignored = false;
    for (const rule of rules) {
      const isException = rule.startsWith('!');
      const pattern = rule.replace(/^!/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*');
      if (new RegExp(`^${pattern}(/|$)`).test(path)) ignored = !isException;
    }
    return ignored;
  };
}

test('docs/operating.md: every metric is one of ours, every setting and command exists', async () => {
  const { log } = createTestLog();
  const store = await openStore({ dataDir: 'memory', schema: 'leadgen', log });
  const gateway = await startGateway(store);
  await migrate(store);
  const account = await gateway.account();
  await gateway.get('/search.php', { ...account, query: 'metrics' });
  const metrics = (await gateway.raw('/metrics')).text;
  await gateway.close();
  await store.close();
  const pages = (
    await Promise.all(
      ['docs/operating.md', 'docs/threat-model.md', 'docs/decisions/fleet.md', 'deploy/example.env'].map(text),
    )
  ).join('\n');
  const names = new Set([...pages.matchAll(/\b(?:leadgen|nodejs|process)_[a-z0-9_]{4,}\b/g)].map(([name]) => name));
  expect(names.size).toBeGreaterThan(6);
  for (const name of names) expect({ name, there: metrics.includes(`\n${name}`) }).toEqual({ name, there: true });
  for (const [name] of pages.matchAll(/\bLEADGEN_(?!TEST_)[A-Z_]+\b/g))
    expect(() => readConfig({ [name]: '' }), name).not.toThrow();
  for (const [, command = ''] of pages.matchAll(/`?\bleadgen ([a-z]{3,})\b/g)) expect(commands).toContain(command);
  for (const [, path = ''] of pages.matchAll(/\]\(([\w/-]+\.md)\)/g))
    expect(existsSync(join(root, 'docs', path))).toBe(true);
});
