import { randomUUID } from 'node:crypto';
import { type EngineContext, startHousekeeping } from '@leadgen/engine';
import type { GatewayConfig } from '../config.ts';
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { wireEngine } from '../wiring.ts';
import type { Cli } from './cli.ts';
import { withStore } from './with-store.ts';

/** Runs a command with the whole engine: its own sandbox where one is configured, and heartbeats, so that its holds last. */
export function withEngine<T>(
  cli: Cli,
  run: (parts: { config: GatewayConfig; context: EngineContext }) => Promise<T>,
): Promise<T> {
  return withStore(cli, async ({ config, log, store }) => {
    const sandbox = config.upstream === 'sandbox' ? await startSandbox() : null;
    if (sandbox) cli.terminal.say('SANDBOX: the answers are invented on this machine; no upstream is asked.\n');
    const { context, close } = await wireEngine({ config, store, log, sandbox, gatewayId: randomUUID() });
    const upkeep = await startHousekeeping(context);
    try {
      return await run({ config, context });
    } finally {
      await upkeep.stop();
      await close();
      await sandbox?.close();
    }
  });
}
