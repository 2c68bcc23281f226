import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedFiles } from '@leadgen/graphql-gateway';
import { expect, test } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

test.each(derivedFiles())('$path is what the operation definitions give (else: pnpm generate)', ({ path, content }) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(content);
});
