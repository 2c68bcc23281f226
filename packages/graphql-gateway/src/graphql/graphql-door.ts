import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EngineContext } from '@leadgen/engine';
import type { Observe } from '../observe/observe.ts';
import type { Door } from '../server.ts';

export function createGraphqlDoor(
  _context: EngineContext,
  _options: { introspection: boolean; graphiql: boolean; upstream: string; observe: Observe },
): Door {
  return {
    matches: (path) => path === '/graphql',
    handle: (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(501).end(),
  };
}
