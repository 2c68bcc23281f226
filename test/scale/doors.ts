import { rm } from 'node:fs/promises';
import { scratchFolder } from '../support/scratch-folder.ts';
import { startGatewayProcess } from '../support/start-gateway-process.ts';
import { startPostgres } from '../support/start-postgres.ts';
import { runDoors } from './run-doors.ts';

/**
 * A large batch through the doors of a gateway without workers, on the embedded database and on PostgreSQL: how long the submit takes,
 * how soon the results begin, and by how much the gateway grows.
 *
 *   node test/scale/doors.ts [INPUTS]
 */
const [inputs = 100_000] = process.argv.slice(2).map(Number);
const postgres = await startPostgres();
for (const DATABASE_URL of ['', postgres.url]) {
  const folder = await scratchFolder('leadgen-doors-');
  const environment = {
    LEADGEN_DATA_DIR: folder,
    LEADGEN_UPSTREAM: 'sandbox',
    LEADGEN_WORKERS: '0',
    // What is alive has to fit here: without a bound V8 grows before it looks what it can throw away.
    NODE_OPTIONS: '--max-old-space-size=96 --max-semi-space-size=4',
    ...(DATABASE_URL ? { DATABASE_URL } : {}),
  };
  const gateway = await startGatewayProcess(environment);
  try {
    console.log(DATABASE_URL ? 'PostgreSQL' : 'embedded', await runDoors({ environment, gateway }, inputs));
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
await postgres.remove();
process.exit(0);
