import { addKeptRows, closeKeptResult, type EngineContext, keptResultLimits, openKeptResult } from '@leadgen/engine';
import { type Row, shortenRow } from './cut-rows.ts';
import type { ToolCall } from './tool-call.ts';
import type { ToolCoverage } from './tool-result.ts';

/** What is kept with the rows of an answer. */
export interface KeptDocument extends Record<string, unknown> {
  coverage: ToolCoverage;
  next_page_token?: string | null;
  error?: { code: string; message: string };
}

/** An answer whose rows are kept as they come. */
export interface KeptAnswer {
  id: string;
  /** Rows after those that were added before; they are written in this order. */
  add(rows: readonly Row[]): void;
  /** Waits for the rows. Throws where they could not be written. */
  written(): Promise<void>;
  close(credits: number, document: KeptDocument): Promise<void>;
}

export async function keepAnswer(context: EngineContext, { tool, account }: ToolCall): Promise<KeptAnswer> {
  const { store, clock, gatewayId } = context;
  const id = context.newId();
  await openKeptResult(store, { id, accountId: account.id, source: tool, gatewayId, now: new Date(clock.now()) });
  let count = 0;
  let writing = Promise.resolve();
  const written = () => writing;
  return {
    id,
    add(rows) {
      const from = count;
      count += rows.length;
      writing = writing.then(async () => {
        const texts = await Promise.all(rows.map(rowText));
        await addKeptRows(store, { id, from, rows: texts });
      });
      // Whoever waits for it is told; until then it is no unhandled one.
      writing.catch(() => {});
    },
    written,
    async close(credits, document) {
      await written();
      await closeKeptResult(store, { id, credits, document });
    },
  };
}

async function rowText(row: Row): Promise<string> {
  const isShort = (text: string) => Buffer.byteLength(text) <= keptResultLimits.rowBytesMax;
  const text = JSON.stringify(row);
  return isShort(text) ? text : JSON.stringify(await shortenRow(row, async (each) => isShort(each)));
}
