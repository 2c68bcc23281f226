import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** TypeScript sources need Node.js 24; the package `node` brings it wherever a script of this project runs. */
export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return;
  console.error(
    `Node.js ${process.versions.node} is too old for this file: run it by \`npx -y pnpm@12 start\`, which brings Node.js 24 along.`,
  );
  process.exit(1);
}

/** Keeps compiled modules, stripped TypeScript among them, so that the next start does not compile them again. */
export function keepCompiledModules() {
  module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/node', import.meta.url)));
}
