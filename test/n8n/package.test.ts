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
