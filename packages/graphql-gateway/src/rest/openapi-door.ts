import type { Door } from '../server.ts';
import { openApi } from './openapi.ts';

/** `GET /openapi.json`; open to any origin, since it holds nothing of anybody. */
export function createOpenApiDoor(): Door {
  const body = JSON.stringify(openApi());
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'public, max-age=300',
    'access-control-allow-origin': '*',
  };
  return {
    matches: (path) => path === '/openapi.json',
    handle(request, response) {
      const isReading = request.method === 'GET' || request.method === 'HEAD';
      response.writeHead(isReading ? 200 : 405, isReading ? headers : { allow: 'GET, HEAD' });
      response.end(isReading ? body : undefined);
    },
  };
}
