#!/usr/bin/env node
import { checkNode } from './check-node.mjs';

checkNode();
const { runCli } = await import('./src/cli/main.ts');
await runCli(process.argv.slice(2));
