import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { derivedFiles } from '../packages/graphql-gateway/src/derived-files.ts';

/** Writes every file that is derived from the operation definitions. */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
for (const { path, content } of derivedFiles()) {
  writeFileSync(join(root, path), content);
  console.log(path);
}
