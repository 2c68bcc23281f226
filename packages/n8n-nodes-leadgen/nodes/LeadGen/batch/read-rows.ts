import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { callGateway, cancelSignal, waitFor, waitMilliseconds } from '../../gateway/call-gateway';
import {
  type GatewayFault,
  type HttpAnswer,
  type NetworkError,
  networkFault,
  readBatchFaults,
} from '../../gateway/gateway-fault';
import { gatewayLimits } from '../../gateway/limits';
import { type ByteStream, readBeginning, readLines } from '../../gateway/read-lines';
import { batchPath } from './follow-batch';

/** What came of one input, as a line of `results.jsonl`. */
export interface BatchRow {
  index: number;
  input: unknown;
  /** The answer in REST names. */
  data?: IDataObject | null;
  error?: { code: string; message: string } | null;
  creditsUsed: number;
}

interface RowsQuestion {
  id: string;
  /** Index of the first input whose row is wanted. */
  startAt: number;
  rowsMax: number;
  /** Characters of all rows of this run together, and how many there are already. */
  charactersMax: number;
  charactersUsed: number;
  retries: number;
  timeoutMilliseconds: number;
}

/**
 * Gives each row to `take`, in the order of the inputs, as it comes. Null: done. A stream that breaks is asked for anew and goes on
 * where it was.
 */
export async function readRows(
  context: IExecuteFunctions,
  { id, startAt, rowsMax, charactersMax, charactersUsed, retries, timeoutMilliseconds }: RowsQuestion,
  take: (row: BatchRow, characters: number) => void,
): Promise<GatewayFault | null> {
  const signal = cancelSignal(context);
  let next = startAt;
  let rows = 0;
  let characters = charactersUsed;
  for (let tries = 0; ; tries += 1) {
    const path = `${batchPath(id)}/results.jsonl`;
    const call = { method: 'GET' as const, path, isStream: true, idempotencyKey: null, retries, timeoutMilliseconds };
    const { answer, faults } = await callGateway(context, call, readStreamFaults);
    if (faults[0]) return faults[0];
    const body = answer?.body as ByteStream;
    const watch = watchStream(body, timeoutMilliseconds);
    try {
      for await (const line of readLines(body, charactersMax)) {
        watch.touch();
        const row = JSON.parse(line) as BatchRow;
        if (row.index < next) continue;
        characters += line.length;
        if (characters > charactersMax) return tooLarge(charactersMax);
        take(row, line.length);
        next = row.index + 1;
        rows += 1;
        if (rows >= rowsMax) return null;
      }
      return null;
    } catch (error) {
      if (error instanceof RangeError) return tooLarge(charactersMax);
      const fault = networkFault(error as NetworkError, timeoutMilliseconds);
      if (tries >= retries || signal?.aborted) return fault;
      await waitFor(waitMilliseconds(fault, tries), signal);
    } finally {
      watch.end();
      body.destroy();
    }
  }
}

async function readStreamFaults(answer: HttpAnswer): Promise<GatewayFault[]> {
  if (answer.statusCode < 400) return [];
  const text = await readBeginning(answer.body as ByteStream, gatewayLimits.refusalBytesMax).catch(() => '');
  return readBatchFaults({ ...answer, body: parsed(text) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Closes a stream that is silent for longer than a whole answer may take. */
function watchStream(body: ByteStream, millisecondsMax: number): { touch(): void; end(): void } {
  let isOver = false;
  let touched = Date.now();
  async function watch(): Promise<void> {
    while (!isOver) {
      await sleep(500);
      if (!isOver && Date.now() - touched > millisecondsMax) body.destroy(new Error('timeout of the stream'));
    }
  }
  void watch();
  return {
    touch() {
      touched = Date.now();
    },
    end() {
      isOver = true;
    },
  };
}

function tooLarge(charactersMax: number): GatewayFault {
  return {
    message: `The results are more than ${charactersMax / 1_000_000} MB.`,
    description: 'Use Limit and the option Start At to take them in parts, or raise the option Max Megabytes.',
    code: 'too_large',
    httpCode: 413,
    retryAfterSeconds: null,
    isRetryable: false,
    path: [],
  };
}
