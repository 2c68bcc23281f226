import { connect, createServer, type Socket } from 'node:net';

export interface TestProxy {
  port: number;
  /**
   * `pass`: everything goes through. `lose answers`: questions still arrive, their answers do not, and the connection is cut
   * soon after. `lose questions`: nothing arrives any more and the connection is cut. `refuse`: no connection is taken, open
   * ones are cut.
   */
  set(mode: 'pass' | 'lose answers' | 'lose questions' | 'refuse'): void;
  close(): Promise<void>;
}

/** A TCP proxy that can break connections at the moment that a test needs. */
export async function startProxy(targetPort: number): Promise<TestProxy> {
  let mode: Parameters<TestProxy['set']>[0] = 'pass';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  };
  const server = createServer((client) => {
    keep(client);
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    keep(target);
    const cut = () => {
      client.destroy();
      target.destroy();
    };
    client.on('data', (chunk) => {
      if (mode === 'lose questions') {
        cut();
        return;
      }
      target.write(chunk);
      // Long enough for the server to have committed.
      if (mode === 'lose answers') setTimeout(cut, 150);
    });
    target.on('data', (chunk) => {
      if (mode === 'pass') client.write(chunk);
    });
    client.on('close', cut);
    target.on('close', cut);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set(next) {
      mode = next;
      if (next === 'refuse') for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
