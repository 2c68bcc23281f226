import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { LeadGenError } from '@leadgen/engine';
import { type Door, sendJsonError } from '../server.ts';
import { referencePage, referenceScript, referenceStyle } from './reference-page.ts';

const securityPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** `GET /` and what its page loads, all of it from this process. */
export function createReferenceDoor({ upstream }: { upstream: 'live' | 'sandbox' }): Door {
  const require = createRequire(import.meta.url);
  const files = new Map<string, { type: string; read: () => Buffer }>([
    ['/', { type: 'text/html; charset=utf-8', read: () => Buffer.from(referencePage({ upstream })) }],
    ['/reference/reference.css', { type: 'text/css; charset=utf-8', read: () => Buffer.from(referenceStyle) }],
    ['/reference/reference.js', { type: 'text/javascript; charset=utf-8', read: () => Buffer.from(referenceScript) }],
    [
      '/reference/swagger-ui.css',
      { type: 'text/css; charset=utf-8', read: () => readFileSync(require.resolve('swagger-ui-dist/swagger-ui.css')) },
    ],
    [
      '/reference/swagger-ui-bundle.js',
      {
        type: 'text/javascript; charset=utf-8',
        read: () => readFileSync(require.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
      },
    ],
  ]);
  /** Read when first asked for. */
  const bodies = new Map<string, Buffer>();

  return {
    matches: (path) => files.has(path),
    handle(request, response, path) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('allow', 'GET, HEAD');
        sendJsonError(response, new LeadGenError('method_not_allowed'));
        return;
      }
      const file = files.get(path)!;
      const body = bodies.get(path) ?? file.read();
      bodies.set(path, body);
      response.writeHead(200, {
        'content-type': file.type,
        'content-length': body.length,
        'cache-control': 'public, max-age=300',
        'content-security-policy': securityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  };
}
