import { once } from 'node:events';
import { batchLimits, startBatchWorker } from '@leadgen/engine';
import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { withEngine } from './with-engine.ts';

/** `leadgen worker`: runs batches until it is told to stop; what it has in hand then may end. */
export function addWorkerCommand(program: Command, cli: Cli): void {
  program
    .command('worker')
    .description(
      `Runs the inputs of batches, beside any number of other workers on the same database. LEADGEN_WORKERS (default 2) times ${batchLimits.itemsPerWorker} inputs run at once. SIGTERM lets what runs end and gives the rest back.`,
    )
    .summary('runs batches')
    .action(() =>
      withEngine(cli, async ({ config, context }) => {
        const worker = startBatchWorker(context, {
          itemsAtOnceMax: Math.max(1, config.workers) * batchLimits.itemsPerWorker,
        });
        await cli.terminal.print('worker ready\n');
        // A signal alone does not keep a process.
        const alive = setInterval(() => {}, 60_000);
        if (!cli.signal.aborted) await once(cli.signal, 'abort');
        clearInterval(alive);
        await worker.stop();
      }),
    );
}
