import { migrate } from '../../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../../packages/engine/src/store/open-store.ts';
import { createTestLog } from '../test-log.ts';

// An empty embedded database with its tables, to be copied by the tests: making one takes seconds, a copy does not.
const store = await openStore({ dataDir: process.argv[2] ?? '', schema: 'leadgen', log: createTestLog().log });
await migrate(store);
await store.close();
process.stdout.write('made\n');
