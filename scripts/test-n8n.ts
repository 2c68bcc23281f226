import {
  buildPackage,
  installPackage,
  lintPackage,
  packageFolder,
  packPackage,
  readManifest,
  scanFolder,
  typeCheckPackage,
} from '../test/n8n/build-package.ts';
import { batches } from '../test/n8n/checks/batches.ts';
import { commandLine } from '../test/n8n/checks/command-line.ts';
import { editor } from '../test/n8n/checks/editor.ts';
import { errors } from '../test/n8n/checks/errors.ts';
import { operations } from '../test/n8n/checks/operations.ts';
import { templates } from '../test/n8n/checks/templates.ts';
import { triggers } from '../test/n8n/checks/triggers.ts';
import { installHost } from '../test/n8n/install-host.ts';
import { startWorld } from '../test/n8n/start-world.ts';
import type { Check } from '../test/n8n/world.ts';

/**
 * The n8n package in a real n8n: builds and scans it, installs the tarball as a user does, and runs every check.
 * Ends with one line that counts them; the exit code is 1 where one failed. Words on the command line choose checks by name.
 */
const wanted = process.argv.slice(2);

const count = { passed: 0, failed: 0, skipped: 0 };

async function check(name: string, run: () => Promise<unknown>): Promise<boolean> {
  const started = Date.now();
  const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    const told = await run();
    count.passed += 1;
    console.log(`ok      ${name}${typeof told === 'string' ? `: ${told}` : ''} (${seconds()})`);
    return true;
  } catch (error) {
    count.failed += 1;
    console.log(`FAILED  ${name} (${seconds()})\n${indented(error)}`);
    return false;
  }
}

const indented = (error: unknown) =>
  String((error as Error).stack ?? error)
    .split('\n')
    .slice(0, 60)
    .map((line) => `        ${line}`)
    .join('\n');

async function packageGate(): Promise<Awaited<ReturnType<typeof packPackage>> | null> {
  if (!(await check('the package installs from its lockfile', installPackage))) return null;
  await check('its types hold', typeCheckPackage);
  await check('n8n-node lint finds nothing', lintPackage);
  if (!(await check('n8n-node build', buildPackage))) return null;
  await check('the scan of the sources finds nothing', () => scanFolder(packageFolder, 'sources'));
  let packed: Awaited<ReturnType<typeof packPackage>> | null = null;
  await check('the tarball holds dist and nothing else of ours', async () => {
    packed = await packPackage();
    const others = packed.names.filter(
      (name) => !/^package\/(?:dist\/[\w./-]+\.(?:js|json|svg)|package\.json|README\.md|LICENSE\.md)$/.test(name),
    );
    if (others.length > 0) throw new Error(`in the tarball: ${others.join(', ')}`);
    const { dependencies } = await readManifest(packed.unpacked);
    if (dependencies !== undefined) throw new Error('it has runtime dependencies');
    return `${packed.names.length} files`;
  });
  packed = packed as Awaited<ReturnType<typeof packPackage>> | null;
  if (packed) await check('the scan of the tarball finds nothing', () => scanFolder(packed!.unpacked, 'tarball'));
  return packed;
}

async function runChecks(tarball: string, host: string): Promise<void> {
  let world: Awaited<ReturnType<typeof startWorld>> | null = null;
  await check('the tarball installs as a community package, and n8n starts with it', async () => {
    world = await startWorld({ host, tarball });
  });
  const there = world as Awaited<ReturnType<typeof startWorld>> | null;
  const checks: Check[] = [...editor, ...operations, ...batches, ...errors, ...templates, ...triggers, ...commandLine];
  for (const each of checks) {
    const isChosen = wanted.length === 0 || wanted.some((word) => each.name.includes(word));
    if (there === null || !isChosen) count.skipped += 1;
    else await check(each.name, () => each.run(there));
  }
  await there?.stop();
}

const packed = await packageGate();
let host: string | null = null;
await check('a real n8n is installed', async () => {
  host = await installHost();
});
if (packed && host !== null) await runChecks(packed.tarball, host);
await packed?.remove();
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;
