import type { Server } from 'node:http';
import type { EngineContext, Log } from '@leadgen/engine';
import type { GatewayConfig } from './config.ts';
import { createGraphqlDoor } from './graphql/graphql-door.ts';
import { readTrustedDocuments } from './graphql/read-trusted-documents.ts';
import { schema } from './graphql/schema.ts';
import { createHealthDoor } from './observe/health.ts';
import { createMetrics } from './observe/metrics.ts';
import { createObserve } from './observe/observe.ts';
import { createLegacyRoutes } from './rest/legacy-routes.ts';
import { createOpenApiDoor } from './rest/openapi-door.ts';
import { createReferenceDoor } from './rest/reference-door.ts';
import { createHttpServer } from './server.ts';

/** The HTTP server with all its doors over one engine context. */
export function createGateway(
  context: EngineContext,
  config: Pick<GatewayConfig, 'jsonCompat' | 'upstream' | 'adminToken' | 'introspection' | 'graphiql'> &
    Partial<Pick<GatewayConfig, 'trustedDocuments'>>,
  log: Log,
): { server: Server; startDraining: () => void } {
  let isDraining = false;
  const metrics = createMetrics(context);
  const observe = createObserve({ clock: context.clock, log, metrics, newId: context.newId });
  const server = createHttpServer([
    createLegacyRoutes(context, { jsonCompat: config.jsonCompat, upstream: config.upstream, observe }),
    createHealthDoor(context, {
      upstream: config.upstream,
      metrics,
      adminToken: config.adminToken,
      isDraining: () => isDraining,
    }),
    createOpenApiDoor(),
    createReferenceDoor({ upstream: config.upstream }),
    createGraphqlDoor(context, {
      adminToken: config.adminToken,
      introspection: config.introspection,
      graphiql: config.graphiql,
      documents: config.trustedDocuments ? readTrustedDocuments(config.trustedDocuments, schema) : null,
      upstream: config.upstream,
      observe,
    }),
  ]);
  return {
    server,
    startDraining() {
      isDraining = true;
    },
  };
}
