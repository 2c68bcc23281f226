// Plain JavaScript, so that an old Node can say in one line what is wrong.
import { checkNode, keepCompiledModules } from './check-node.mjs';

checkNode();
keepCompiledModules();
const { main } = await import('./src/main.ts');
await main();
