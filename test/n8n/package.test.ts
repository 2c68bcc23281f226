import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations } from '@leadgen/engine';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'packages/n8n-nodes-leadgen');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

test('the n8n package has no runtime dependencies and publishes dist alone', () => {
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
  expect(manifest.files).toEqual(['dist']);
  expect(manifest.keywords).toContain('n8n-community-node-package');
});

test('every operation has a place in the n8n node', () => {
  const generated = readFileSync(join(folder, 'nodes/LeadGen/generated/operations.ts'), 'utf8');
  for (const { name, parameters } of operations) {
    expect(generated).toContain(`name: '${name}'`);
    for (const parameter of Object.keys(parameters)) expect(generated).toContain(`name: '${parameter}'`);
  }
});

interface Property {
  name: string;
  options?: { value: string }[];
  displayOptions?: { show?: { resource?: string[] } };
}

const propertiesOf = async (file: string): Promise<Property[]> => {
  const exported = (await import(join(folder, 'nodes', file))) as Record<string, Property[]>;
  return Object.values(exported)[0]!;
};

const valuesOf = ({ options = [] }: Property) => options.map(({ value }) => value).sort();

test('resources, operations and events keep their names, which workflows of others are made of', async () => {
  const properties = await propertiesOf('LeadGen/properties.ts');
  const operationsOf = (resource: string) =>
    properties
      .filter(({ name, displayOptions }) => name === 'operation' && displayOptions?.show?.resource?.includes(resource))
      .flatMap(valuesOf);
  const resources = valuesOf(properties.find(({ name }) => name === 'resource')!);
  expect(Object.fromEntries(resources.map((resource) => [resource, operationsOf(resource)]))).toEqual({
    account: ['get', 'quote'],
    ad: ['search'],
    batch: ['get', 'getResults', 'submit'],
    lead: ['search'],
    place: ['getReviews', 'search'],
    website: ['crawl'],
  });
  const events = (await propertiesOf('LeadGenTrigger/trigger-properties.ts')).find(({ name }) => name === 'event')!;
  expect(valuesOf(events)).toEqual(['batchFinished', 'contactChanged', 'lowBalance', 'newAd', 'newPlace']);
});

test('templates name our nodes and carry no credential of anybody', () => {
  const files = readdirSync(join(folder, 'templates'));
  expect(files.length).toBe(5);
  for (const file of files) {
    const { nodes } = JSON.parse(readFileSync(join(folder, 'templates', file), 'utf8')) as {
      nodes: { type: string; credentials?: Record<string, { id: string }> }[];
    };
    expect(nodes.some(({ type }) => type.startsWith('n8n-nodes-leadgen.'))).toBe(true);
    for (const { credentials = {} } of nodes) for (const { id } of Object.values(credentials)) expect(id).toBe('');
  }
});

test('the package is published with provenance', () => {
  const workflow = readFileSync(join(root, '.github/workflows/publish.yml'), 'utf8');
  expect(workflow).toContain('id-token: write');
  expect(workflow).toContain('npm publish --provenance');
});
