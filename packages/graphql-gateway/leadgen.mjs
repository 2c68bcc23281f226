#!/usr/bin/env node
import { checkNode, keepCompiledModules } from './check-node.mjs';

checkNode();
keepCompiledModules();
const { runCli } = await import('./src/cli/main.ts');
await runCli(process.argv.slice(2));
