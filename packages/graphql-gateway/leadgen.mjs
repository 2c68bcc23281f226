#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { checkNode } from './check-node.mjs';

checkNode();
// A command is over sooner than its sources are compiled; where the folder cannot be written, nothing is kept.
module.enableCompileCache(fileURLToPath(new URL('node_modules/.cache/leadgen', import.meta.url)));
const { runCli } = await import('./src/cli/main.ts');
await runCli(process.argv.slice(2));
