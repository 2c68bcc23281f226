import { sql } from 'kysely';
import { openCliStore } from '../../../packages/engine/src/store/open-cli-store.ts';
import { createTestLog } from '../test-log.ts';

// A command on a shared database, in the midst of a transaction until it is killed.
const store = await openCliStore({ dataDir: process.argv[2] ?? '', schema: 'leadgen', log: createTestLog().log });
await store.db.transaction().execute(async (trx) => {
  await sql`insert into recipes (code, query, created_at) values ('half', 'done', now())`.execute(trx);
  process.stdout.write('open\n');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
