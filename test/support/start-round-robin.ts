import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RoundRobin {
  url: string;
  close(): Promise<void>;
}

/**
 * What stands before several gateways: each request goes to the next one that is ready, with the client's address in `X-Forwarded-For`.
 * Bodies and events pass as they come. A gateway that drains gets nothing new after a fraction of a second.
 */
export async function startRoundRobin(upstreams: readonly string[], { port = 0 } = {}): Promise<RoundRobin> {
  let ready = [...upstreams];
  let turn = 0;
  const look = async () => {
    const isReady = (url: string) =>
      fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    const answers = await Promise.all(upstreams.map(isReady));
    ready = upstreams.filter((_url, index) => answers[index]);
  };
  const looking = setInterval(() => void look(), 250);

  function forward(incoming: IncomingMessage, response: ServerResponse, triesLeft = upstreams.length): void {
    const upstream = ready[turn % Math.max(1, ready.length)];
    turn += 1;
    if (!upstream) {
      response.writeHead(503).end('no gateway is ready\n');
      return;
    }
    const { hostname, port: upstreamPort } = new URL(upstream);
    const client = incoming.socket.remoteAddress ?? '';
    const { forwarded: _anybodys, ...headers } = incoming.headers;
    const outgoing = requestOf({
      // A connection that is kept might be closed just as it is used.
      agent: false,
      host: hostname,
      port: upstreamPort,
      method: incoming.method,
      path: incoming.url,
      headers: { ...headers, 'x-forwarded-for': client },
    });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // One that stops takes no connection any more, before that is noticed here.
      if (error.code === 'ECONNREFUSED' && incoming.method === 'GET' && triesLeft > 1) {
        ready = ready.filter((each) => each !== upstream);
        forward(incoming, response, triesLeft - 1);
      } else if (response.headersSent) response.destroy();
      else response.writeHead(502).end('the gateway broke off\n');
    });
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  const server = createServer((incoming, response) => forward(incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      clearInterval(looking);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
