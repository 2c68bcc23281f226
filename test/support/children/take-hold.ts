import { randomUUID } from 'node:crypto';
import { heartbeat } from '../../../packages/engine/src/credits/heartbeat.ts';
import { hold } from '../../../packages/engine/src/credits/hold.ts';
import { migrate } from '../../../packages/engine/src/store/migrate.ts';
import { openStore } from '../../../packages/engine/src/store/open-store.ts';
import { createTestLog } from '../test-log.ts';

// A gateway in the midst of a call: it lives, has taken a hold, and waits for its upstream until it is killed.
const target = JSON.parse(process.argv[2] ?? '{}') as { databaseUrl?: string; dataDir?: string };
const store = await openStore({ ...target, schema: 'leadgen', log: createTestLog().log });
await migrate(store);
const gatewayId = randomUUID();
await heartbeat(store, { gatewayId });
const now = new Date();
const taken = await hold(store, {
  holdId: randomUUID(),
  accountId: 1,
  keyId: null,
  amount: 8,
  operation: 'search',
  requestId: 'request',
  gatewayId,
  now,
  expiresAt: new Date(now.getTime() + 300_000),
});
process.stdout.write(`${JSON.stringify({ gatewayId, taken })}\n`);
setInterval(() => {}, 1_000);
