import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { batchLimits, startBatchWorker, startHousekeeping } from '@leadgen/engine';
import { banner } from './banner.ts';
import { ConfigError, type GatewayConfig, readConfig } from './config.ts';
import { createGateway, trustedDocuments } from './gateway.ts';
import { createLog } from './observe/logging.ts';
import { ensureDemoAccount } from './sandbox/demo-account.ts';
import { type Sandbox, startSandbox } from './sandbox/start-sandbox.ts';
import { endOnSignal, shutDownOnSignal } from './shutdown.ts';
import { openWiredStore, wireEngine } from './wiring.ts';

/** Starts the gateway from the environment; says each step on standard error and the first requests on standard output. */
export async function main(env: Record<string, string | undefined> = process.env): Promise<void> {
  try {
    await start(readConfig(env));
  } catch (error) {
    if (!isOperatorFault(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function start(config: GatewayConfig): Promise<void> {
  const handOver = endOnSignal();
  // Before a database is opened: documents that can't be run end the start.
  await trustedDocuments(config);
  const log = createLog(config.logLevel);
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(config.databaseUrl ? 'Connecting to PostgreSQL …' : `Opening the embedded database in ${config.dataDir} …`);
  const store = await openWiredStore(config, log);
  const sandbox: Sandbox | null = config.upstream === 'sandbox' ? await startSandbox() : null;
  const { context, close } = await wireEngine({ config, store, log, sandbox, gatewayId: randomUUID() });
  const upkeep = await startHousekeeping({ ...context, alone: store.kind === 'pglite' });
  if (sandbox) await ensureDemoAccount(context);
  const { server, startDraining, endBackground } = createGateway(context, config, log);
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const worker =
    config.workers > 0
      ? startBatchWorker(context, { itemsAtOnceMax: config.workers * batchLimits.itemsPerWorker })
      : null;
  let workerStopped: Promise<void> | undefined;
  handOver();
  shutDownOnSignal({
    server,
    log,
    startDraining() {
      startDraining();
      workerStopped = worker?.stop();
    },
    async close() {
      await endBackground();
      await workerStopped;
      await upkeep.stop();
      await close();
      await sandbox?.close();
      await store.close();
    },
  });
  const { port } = server.address() as AddressInfo;
  process.stdout.write(banner({ config, port, sandbox }));
}

/** What the operator can mend: a setting, a folder in use, a port in use, a database that is not there. */
function isOperatorFault(error: unknown): error is Error {
  if (error instanceof ConfigError) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (
    /is in use by process/.test(error.message) ||
    code === 'EADDRINUSE' ||
    code === 'EACCES' ||
    code === 'ECONNREFUSED' ||
    code === 'ENOTFOUND'
  );
}
