import type { Server } from 'node:http';
import type { Log } from '@leadgen/engine';
import { serverLimits } from './limits.ts';

/**
 * SIGTERM and SIGINT: not ready any more, accept nothing, let requests in flight finish (30 s at most), close, exit 0.
 * A second signal ends at once.
 */
export function shutDownOnSignal(parts: {
  server: Server;
  log: Log;
  startDraining: () => void;
  close: () => Promise<void>;
}): void {
  let isClosing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (isClosing) process.exit(1);
    isClosing = true;
    parts.log.info({ signal }, 'shutting down: requests in flight may finish');
    parts.startDraining();
    void drain(parts).then(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function drain({ server, log, close }: { server: Server; log: Log; close: () => Promise<void> }): Promise<void> {
  const isDone = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const late = new Promise<void>((resolve) => setTimeout(resolve, serverLimits.drainMillisecondsMax).unref());
  await Promise.race([isDone, late]);
  clearInterval(idle);
  server.closeAllConnections();
  try {
    await close();
  } catch (error) {
    log.error({ err: error }, 'the store did not close cleanly');
  }
}

/**
 * Until there is anything to end: the first process of a container hears no signal that it has no handler for. Call the result when
 * `shutDownOnSignal` takes over.
 */
export function endOnSignal(): () => void {
  const end = () => process.exit(0);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  return () => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
  };
}
