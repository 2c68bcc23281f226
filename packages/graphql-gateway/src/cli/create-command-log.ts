import type { Log } from '@leadgen/engine';
import type { GatewayConfig } from '../config.ts';
import { createLog } from '../observe/logging.ts';
import type { Cli } from './cli.ts';

/** A command says by itself what went wrong; log lines come where they are asked for. */
export function createCommandLog(cli: Cli, config: GatewayConfig): Log {
  return createLog(cli.env.LEADGEN_LOG_LEVEL ? config.logLevel : 'fatal');
}
