import type { Log, Store } from '@leadgen/engine';
import { type GatewayConfig, readConfig } from '../config.ts';
import { openWiredStore } from '../wiring.ts';
import type { Cli } from './cli.ts';
import { createCommandLog } from './create-command-log.ts';

/** Runs a command on the store that the environment names, opened directly or through the gateway that has it open. */
export async function withStore<T>(
  cli: Cli,
  run: (parts: { config: GatewayConfig; log: Log; store: Store }) => Promise<T>,
  { migrates = true }: { migrates?: boolean } = {},
): Promise<T> {
  const config = readConfig(cli.env);
  const log = createCommandLog(cli, config);
  const store = await openWiredStore(config, log, { opener: 'command', migrates });
  try {
    return await run({ config, log, store });
  } finally {
    await store.close();
  }
}
