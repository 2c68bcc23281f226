import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const biome = createRequire(join(root, 'package.json')).resolve('@biomejs/biome/bin/biome');

/** An import in a file, and whether the walls of the house let it pass. */
const imports: { file: string; from: string; isAllowed: boolean }[] = [
  { file: 'packages/engine/src/execute.ts', from: './adapters/scraperapi.ts', isAllowed: false },
  { file: 'packages/engine/src/serp/search-pages.ts', from: '../adapters/scraperapi.ts', isAllowed: false },
  { file: 'packages/engine/src/serp/search-pages.ts', from: '../operations/lead-search.ts', isAllowed: false },
  { file: 'packages/engine/src/credits/hold.ts', from: '../execute.ts', isAllowed: false },
  { file: 'packages/engine/src/operations/lead-search.ts', from: '../adapters/scraperapi.ts', isAllowed: false },
  { file: 'packages/engine/src/operations/lead-search.ts', from: '../execute.ts', isAllowed: false },
  { file: 'packages/engine/src/operations/lead-search.ts', from: './website-crawl.ts', isAllowed: false },
  { file: 'packages/engine/src/ports/clock.ts', from: '../store/store.ts', isAllowed: false },
  { file: 'packages/engine/src/adapters/scraperapi.ts', from: '../serp/search-address.ts', isAllowed: false },
  { file: 'packages/graphql-gateway/src/server.ts', from: '@leadgen/engine/adapters', isAllowed: false },
  { file: 'packages/graphql-gateway/src/server.ts', from: '../../engine/src/execute.ts', isAllowed: false },
  { file: 'packages/graphql-gateway/src/wiring.ts', from: '@leadgen/engine/adapters', isAllowed: true },
  { file: 'packages/graphql-gateway/src/server.ts', from: '@leadgen/engine', isAllowed: true },
  { file: 'packages/engine/src/adapters/scraperapi.ts', from: '../ports/serp-provider.ts', isAllowed: true },
  { file: 'packages/engine/src/operations/lead-search.ts', from: '../serp/search-pages.ts', isAllowed: true },
  { file: 'packages/engine/src/serp/search-pages.ts', from: '../ports/serp-provider.ts', isAllowed: true },
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'walls-'));
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(imports)('$file importing $from: allowed $isAllowed', ({ file, from, isAllowed }) => {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  for (const statement of [
    `import { x } from '${from}';\nexport { x };\n`,
    `import type { x } from '${from}';\nexport type Y = x;\n`,
  ]) {
    writeFileSync(path, statement);
    expect(passesWalls(file)).toBe(isAllowed);
  }
  rmSync(path);
});

function passesWalls(file: string): boolean {
  try {
    execFileSync(process.execPath, [biome, 'lint', '--vcs-enabled=false', '--only=style/noRestrictedImports', file], {
      cwd: folder,
      stdio: 'pipe',
    });
    return true;
  } catch (error) {
    const output =
      String((error as { stdout?: unknown; stderr?: unknown }).stdout) + String((error as { stderr?: unknown }).stderr);
    expect(output).toContain('noRestrictedImports');
    return false;
  }
}
