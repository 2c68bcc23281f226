// Plain JavaScript, so that an old Node can say in one line what is wrong.
import { checkNode } from './check-node.mjs';

checkNode();
const { main } = await import('./src/main.ts');
await main();
