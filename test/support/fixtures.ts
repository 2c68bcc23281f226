import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder of real pages and answers; it is not part of the project. */
export const fixturesFolder = resolve(projectRoot, process.env.LEADGEN_FIXTURES ?? '../shared/fixtures');

/** Whether the real pages are there; tests that need them say so and skip where they are not. */
export const hasFixtures = existsSync(join(fixturesFolder, 'README.md'));

export function fixture(...path: string[]): string {
  return join(fixturesFolder, ...path);
}
