import { batchLimits, type EngineContext, type LeadGenError, startBatchWorker } from '@leadgen/engine';
import { createBackground } from './background.ts';
import { createEngineServer } from './engine-server.ts';
import { accountOfCaller } from './key-account.ts';
import { mcpLimits } from './limits.ts';
import { untilInputEnds } from './until-input-ends.ts';

/** The server on standard input and output over the engine of this process, until the input ends or the signal is aborted. */
export async function serveEngine(
  context: EngineContext,
  parts: {
    apiKey: string;
    userId: number | null;
    hasLicences: boolean;
    /** As `LEADGEN_WORKERS` counts them: a batch runs here where no gateway does. */
    workers: number;
    signal: AbortSignal;
    complain(error: unknown): void;
    knownError(error: unknown): LeadGenError;
  },
): Promise<void> {
  const { knownError, complain, signal } = parts;
  // A key that does not work is told at the start, where a person sees it.
  await accountOfCaller(context, parts, signal);
  const background = createBackground(mcpLimits.background);
  const worker =
    parts.workers > 0
      ? startBatchWorker(context, { itemsAtOnceMax: parts.workers * batchLimits.itemsPerWorker })
      : null;
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio');
  const handle = serveStdio(
    () =>
      createEngineServer(
        { context, background, knownError },
        { apiKey: parts.apiKey, account: (aborted) => accountOfCaller(context, parts, aborted) },
      ),
    { onerror: complain },
  );
  await untilInputEnds(signal);
  await handle.close();
  await background.close();
  await worker?.stop();
}
