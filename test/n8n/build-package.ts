import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mustRun, runCommand } from './run-command.ts';

export const packageFolder = fileURLToPath(new URL('../../packages/n8n-nodes-leadgen', import.meta.url));

const pnpm = (args: string[], timeoutSeconds: number) =>
  mustRun('npx', ['-y', 'pnpm@12', ...args], { cwd: packageFolder, timeoutSeconds });

export async function installPackage(): Promise<void> {
  await pnpm(['install', '--frozen-lockfile', '--prefer-offline'], 600);
}

export async function typeCheckPackage(): Promise<void> {
  await pnpm(['exec', 'tsc', '--noEmit'], 300);
}

export async function buildPackage(): Promise<void> {
  await pnpm(['exec', 'n8n-node', 'build'], 300);
}

/** n8n's own linter. It is silent where it finds nothing, and where it finds no pnpm; eslint itself is asked as well. */
export async function lintPackage(): Promise<void> {
  await pnpm(['exec', 'n8n-node', 'lint'], 300);
  const report = await pnpm(['exec', 'eslint', '.', '--format', 'json'], 300);
  const files = JSON.parse(report.slice(report.indexOf('['), report.lastIndexOf(']') + 1)) as { messages: unknown[] }[];
  if (files.length < 10) throw new Error(`eslint looked at ${files.length} files only`);
  const findings = files.flatMap(({ messages }) => messages);
  if (findings.length > 0) throw new Error(JSON.stringify(findings, null, 1));
}

interface Scanner {
  SOURCE_FILE_PATTERNS: string[];
  analyzePackage(folder: string, patterns: string[]): Promise<{ passed: boolean; message?: string; details?: string }>;
}

/** The scan that n8n runs over a package that wants to be verified: over its sources, then over what is published. */
export async function scanFolder(folder: string, kind: 'sources' | 'tarball'): Promise<void> {
  const path = join(packageFolder, 'node_modules/@n8n/scan-community-package/scanner/scanner.mjs');
  const scanner = (await import(pathToFileURL(path).href)) as Scanner;
  const patterns = kind === 'sources' ? scanner.SOURCE_FILE_PATTERNS : ['**/*.js', 'package.json'];
  const { passed, message, details } = await scanner.analyzePackage(folder, patterns);
  if (!passed) throw new Error(`${message}\n${details}`);
}

/** Packs as `npm publish` would; answers the tarball, its unpacked folder and the names in it. */
export async function packPackage(): Promise<{
  tarball: string;
  unpacked: string;
  names: string[];
  remove(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'leadgen-pack-'));
  await mustRun('npm', ['pack', '--pack-destination', folder], { cwd: packageFolder, timeoutSeconds: 120 });
  const name = (await readdir(folder)).find((each) => each.endsWith('.tgz'))!;
  const tarball = join(folder, name);
  await mustRun('tar', ['-xzf', tarball, '-C', folder], { cwd: folder, timeoutSeconds: 60 });
  const list = await runCommand('tar', ['-tzf', tarball], { cwd: folder, timeoutSeconds: 60 });
  return {
    tarball,
    unpacked: join(folder, 'package'),
    names: list.output.trim().split('\n'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** As a self-hosting user installs a community package, into the folder that n8n reads them from. */
export async function installTarball(tarball: string, nodesFolder: string): Promise<void> {
  await mustRun('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
    cwd: nodesFolder,
    timeoutSeconds: 120,
  });
}

export async function readManifest(folder = packageFolder): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}
