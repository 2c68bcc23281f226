import type { Server } from 'node:http';
import type { EngineContext, Log } from '@leadgen/engine';
import { batchDoorLimits } from './batches/limits.ts';
import type { GatewayConfig } from './config.ts';
import { lateDoor } from './late-door.ts';
import { createClientOf } from './observe/client-address.ts';
import { createHealthDoor } from './observe/health.ts';
import { createMetrics } from './observe/metrics.ts';
import { createObserve } from './observe/observe.ts';
import { isBatchPath } from './rest/batch-paths.ts';
import { createLegacyRoutes } from './rest/legacy-routes.ts';
import { createOpenApiDoor } from './rest/openapi-door.ts';
import { createReferenceDoor } from './rest/reference-door.ts';
import { createHttpServer } from './server.ts';

/** The HTTP server with all its doors over one engine context. */
export function createGateway(
  context: EngineContext,
  config: Pick<GatewayConfig, 'jsonCompat' | 'upstream' | 'adminToken' | 'introspection' | 'graphiql'> &
    Partial<Pick<GatewayConfig, 'trustedDocuments' | 'trustProxy' | 'mcpOrigins' | 'licenceProvider'>>,
  log: Log,
): {
  server: Server;
  startDraining: () => void /** Stops what goes on after its answer; the server is closed by then. */;
  endBackground: () => Promise<void>;
} {
  let isDraining = false;
  let endBackground = async () => {};
  const metrics = createMetrics(context);
  const clientOf = createClientOf(config.trustProxy ?? []);
  const observe = createObserve({ clock: context.clock, log, metrics, clientOf, newId: context.newId });
  const server = createHttpServer([
    createLegacyRoutes(context, { jsonCompat: config.jsonCompat, upstream: config.upstream, observe }),
    createHealthDoor(context, {
      upstream: config.upstream,
      metrics,
      adminToken: config.adminToken,
      clientOf,
      isDraining: () => isDraining,
    }),
    {
      ...lateDoor(isBatchPath, async () => {
        const { createBatchRoutes } = await import('./rest/batch-routes.ts');
        return createBatchRoutes(context, { ...config, observe });
      }),
      bodyMillisecondsMax: batchDoorLimits.bodyMillisecondsMax,
    },
    createOpenApiDoor(),
    createReferenceDoor({ upstream: config.upstream }),
    lateDoor(
      (path) => path === '/graphql',
      async () => {
        const { createGraphqlDoor } = await import('./graphql/graphql-door.ts');
        return createGraphqlDoor(context, { ...config, documents: await trustedDocuments(config), observe });
      },
    ),
    lateDoor(
      (path) => path === '/mcp',
      async () => {
        const { createMcpDoor } = await import('./mcp/mcp-door.ts');
        const { upstream, mcpOrigins: origins = [], licenceProvider } = config;
        const door = createMcpDoor(context, {
          origins,
          upstream,
          hasLicences: licenceProvider === 'amember',
          clientOf,
          observe,
        });
        endBackground = door.close;
        return door;
      },
    ),
  ]);
  return {
    server,
    startDraining() {
      isDraining = true;
    },
    endBackground: () => endBackground(),
  };
}

/** The persisted operations of `LEADGEN_TRUSTED_DOCUMENTS`; null where any may be sent. Throws `ConfigError` for a folder that can't be run. */
export async function trustedDocuments({
  trustedDocuments: folder,
}: Partial<Pick<GatewayConfig, 'trustedDocuments'>>): Promise<ReturnType<
  typeof import('./graphql/read-trusted-documents.ts').readTrustedDocuments
> | null> {
  if (!folder) return null;
  const [{ readTrustedDocuments }, { schema }] = await Promise.all([
    import('./graphql/read-trusted-documents.ts'),
    import('./graphql/schema.ts'),
  ]);
  return readTrustedDocuments(folder, schema);
}
