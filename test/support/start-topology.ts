import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandEnvironment } from './run-leadgen.ts';
import { scratchFolder } from './scratch-folder.ts';
import { type GatewayProcess, startGatewayProcess } from './start-gateway-process.ts';
import { startPostgres } from './start-postgres.ts';
import { startRoundRobin } from './start-round-robin.ts';
import { startWorkerProcess, type WorkerProcess } from './start-worker-process.ts';

export interface Topology {
  /** The proxy before the gateways. */
  url: string;
  databaseUrl: string;
  gateways: GatewayProcess[];
  workers: WorkerProcess[];
  /** Settings of every process, for commands on the same database. */
  environment: CommandEnvironment;
  /** Everything ends as an operator would end it; answers the exit codes. */
  stop(): Promise<(number | null)[]>;
}

/** What `compose.yaml` describes, as processes: PostgreSQL, gateways behind a proxy, workers. */
export async function startTopology({
  databaseUrl,
  gateways: gatewayCount = 2,
  workers: workerCount = 3,
  port = 0,
  environment = {},
}: {
  /** Default: a server of its own, which ends with the rest. */
  databaseUrl?: string;
  gateways?: number;
  workers?: number;
  port?: number;
  environment?: CommandEnvironment;
} = {}): Promise<Topology> {
  const postgres = databaseUrl === undefined ? await startPostgres() : null;
  const folder = await scratchFolder('leadgen-topology-');
  const settings: CommandEnvironment = {
    DATABASE_URL: databaseUrl ?? postgres?.url ?? '',
    LEADGEN_ADMIN_TOKEN: 'the-admin-token-of-the-topology',
    ...(environment.SCRAPERAPI_KEY ? {} : { LEADGEN_UPSTREAM: 'sandbox' }),
    ...environment,
  };
  const close = async () => {
    await postgres?.remove();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const count = (length: number, name: string) =>
      Array.from({ length }, (_, index) => ({ LEADGEN_DATA_DIR: join(folder, `${name}-${index + 1}`) }));
    const [gateways, workers] = await Promise.all([
      Promise.all(
        count(gatewayCount, 'gateway').map((own) =>
          startGatewayProcess({ ...settings, ...own, LEADGEN_WORKERS: '0', LEADGEN_TRUST_PROXY: '127.0.0.1' }),
        ),
      ),
      Promise.all(count(workerCount, 'worker').map((own) => startWorkerProcess({ ...settings, ...own }))),
    ]);
    const urls = gateways.map(({ url }) => url);
    const proxy = await startRoundRobin(urls, { port });
    return {
      url: proxy.url,
      databaseUrl: settings.DATABASE_URL ?? '',
      gateways,
      workers,
      environment: settings,
      async stop() {
        await proxy.close();
        const codes = await Promise.all([...gateways, ...workers].map((each) => each.stop()));
        await close();
        return codes;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
